import { count } from "../figures/count.ts";
import { listOf } from "../figures/list-of.ts";
import type { RunState } from "./run-state.ts";

/** Who won and why, in a sentence; undefined before that is known. */
export function decisionWords({ decision, agreement, seats }: RunState): string | undefined {
  if (decision === undefined) return undefined;
  const { agentId, outcome, votes, cast } = decision;
  if (seats.length === 1) return `${agentId} answers alone.`;
  switch (outcome) {
    case "single":
      return `${agentId} gave the only answer.`;
    case "tied":
      return cast === 0
        ? `No vote counted, so ${agentId} was drawn by lot.`
        : `The vote was level, so ${agentId} was drawn by lot.`;
    case "unanimous":
    case "majority":
    case "plurality":
      if (cast > 0) return `${agentId} won ${votes} of ${count(cast, "vote")}${manner(outcome)}.`;
      return agreement === undefined
        ? `${agentId}'s answer was chosen.`
        : `${listOf(agreement.agentIds)} gave the same answer, so no vote was needed.`;
    case "failed":
      return "No answer was chosen.";
  }
}

function manner(outcome: "unanimous" | "majority" | "plurality"): string {
  if (outcome === "unanimous") return ", all that were cast";
  return outcome === "majority" ? ", more than half" : ", more than any other";
}

const degraded: ReadonlyMap<string, string> = new Map([
  ["agent-failed", "an agent failed"],
  ["straggler-dropped", "a slow agent was left behind"],
  ["deadline", "time ran out"],
  ["budget", "the budget ran out"],
  ["presenter-fallback", "the winner did not finish the final answer"],
  ["abstention", "an agent did not vote"],
  ["answer-now", "the answer was wanted at once"],
]);

/** Why the answer is less than what was asked for, in a clause. */
export function degradedWords(reason: string): string {
  return degraded.get(reason) ?? reason;
}
