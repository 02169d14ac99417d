import { isDeepStrictEqual } from "node:util";
import type { Candidate } from "../../coordination/candidate.ts";
import type { CallOrder, CallPurpose } from "../../coordination/effect.ts";
import type { RecordedCall } from "./recorded-run.ts";

type Ballot = Extract<CallPurpose, { phase: "ballot" }>;

/**
 * Finds the recorded call that answers an order of a run under other rules.
 *
 * An agent's drafts are the same under all rules, in the order of its tries. A ballot counts where what it chose is
 * still offered, and nothing is offered that was not offered then. A final answer counts only if it was asked for in
 * the same words.
 * @param calls those not used yet, in the order in which they were made
 */
export function sameQuestion(order: CallOrder, calls: readonly RecordedCall[]): RecordedCall | undefined {
  const { agentId, model, purpose } = order;
  const alike = calls.filter(
    ({ order: made }) =>
      made.agentId === agentId &&
      made.model === model &&
      made.purpose.phase === purpose.phase &&
      (made.retryOf === undefined) === (order.retryOf === undefined),
  );
  switch (purpose.phase) {
    case "draft":
      return alike[0];
    case "ballot":
      return alike.find((call) => stands(call, purpose));
    case "presentation":
      return alike.find(({ order: made }) => isDeepStrictEqual(made.purpose, purpose));
  }
}

function stands({ order, facts }: RecordedCall, now: Ballot): boolean {
  const { purpose: then } = order;
  if (then.phase !== "ballot" || (now.revisable && !then.revisable)) return false;
  const offered = (candidate: Candidate): boolean =>
    then.candidates.some(({ id, text }) => id === candidate.id && text === candidate.text);
  if (!now.candidates.every(offered)) return false;
  if (now.candidates.length === then.candidates.length && now.revisable === then.revisable) return true;
  const reply = facts.flatMap(({ fact }) => (fact.type === "ballot-finished" ? fact.reply : [])).at(0);
  switch (reply?.kind) {
    case "vote":
      return now.candidates.some(({ id }) => id === reply.candidate);
    case "new-answer":
      return now.revisable;
    case "unusable":
    case undefined:
      return true;
  }
}
