import type { VNode } from "preact";
import type { RunState, Stage } from "../../run/run-state.ts";

const steps = ["Drafts", "Vote", "Answer"] as const;
const reached: Readonly<Record<Stage, number>> = { waiting: -1, drafting: 0, voting: 1, answering: 2, over: 3 };

/** How far the run is. */
export function StageLine({ state }: { state: RunState }): VNode | null {
  const { stage, seats, rounds, decision } = state;
  if (seats.length < 2) return null;
  const at = reached[stage];
  const noVote = rounds.length === 0 && (decision !== undefined || stage === "over");
  return (
    <ol class="stages" aria-label="Stages">
      {steps.map((step, place) => (
        <li
          key={step}
          data-state={place < at ? "done" : place === at ? "now" : "to-come"}
          data-skipped={noVote && step === "Vote" ? "" : undefined}
          aria-current={place === at ? "step" : undefined}
        >
          {noVote && step === "Vote" ? "No vote" : step}
        </li>
      ))}
    </ol>
  );
}
