import { decideNow } from "./ballots.ts";
import { isDeliverable } from "./candidate.ts";
import { answerFromDrafts } from "./drafts.ts";
import { finishVerbatim } from "./finish.ts";
import { withoutPresentation } from "./present.ts";
import { type State, type Step, isSolo } from "./state.ts";

/**
 * What it does to ask for the answer now.
 * - `decided`: what is in hand decides
 * - `waiting`: the first draft that can be delivered will be the answer
 * - `none`: nothing can be cut short; a single agent is at work, the answer is being written, or the run has ended
 */
export type AnswerNowEffect = "decided" | "waiting" | "none";

/** What the fact `answer-now` would do to a run in this state. */
export function answerNowEffect({ setup, phase, candidates, decision, contentStarted }: State): AnswerNowEffect {
  if (isSolo(setup)) return "none";
  switch (phase) {
    case "new":
      return "waiting";
    case "drafting":
      return candidates.some(isDeliverable) ? "decided" : "waiting";
    case "voting":
      return "decided";
    case "presenting":
      // A winner that breaks the client's format is being repaired: without that there is no answer.
      return decision && !contentStarted && isDeliverable(decision.winner) ? "decided" : "none";
    case "ended":
      return "none";
  }
}

/** Somebody wants the answer now. */
export function answerNow(step: Step): void {
  const { phase, decision, answerNow: known } = step.state;
  const effect = answerNowEffect(step.state);
  if (effect === "none" || (effect === "waiting" && known)) return;
  step.degrade("answer-now");
  if (effect === "waiting") {
    step.set({ answerNow: true });
    step.announce({ type: "answer-now", consequence: "the first draft is the answer" });
  } else if (phase === "drafting") {
    step.announce({ type: "answer-now", consequence: "no vote is held" });
    answerFromDrafts(step);
  } else if (phase === "voting") {
    step.announce({ type: "answer-now", consequence: "the ballots in hand decide" });
    decideNow(step);
  } else if (decision) {
    step.degrade("presenter-fallback");
    step.announce({ type: "answer-now", consequence: withoutPresentation(decision.winner) });
    finishVerbatim(step, decision.winner);
  }
}
