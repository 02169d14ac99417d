import type { Fact } from "../coordination/event.ts";
import type { RuleBook } from "../coordination/rule-book.ts";
import type { Setup } from "../coordination/state.ts";
import { RunFold } from "./run-fold.ts";
import type { LoggedEvent } from "./run-event.ts";

export { type BallotShown, ballotsShown } from "./ballots-shown.ts";
export { bareFact } from "./bare-fact.ts";
export { decideAgain, type MissingCall, type Verdict } from "./other-rules/decide-again.ts";
export { answerNowIn, canGoOn, lossesOf } from "./standing.ts";
export type { Fact, Setup };

/**
 * Folds the log of a run into its events, the same that its readers saw while it went on. Each fact, in order, gives
 * the events that it brought; pieces of text that streamed by are no facts, so a final answer that streamed has none.
 *
 * @param setup what the run was begun with; today's team and configuration do not matter
 * @param redact removes secrets from everything except answers, which were redacted when they were received
 * @param book the rules to fold by; those of this package unless a test has others
 */
export function replay(
  setup: Setup,
  redact?: (text: string) => string,
  book?: RuleBook,
): (fact: Fact) => readonly LoggedEvent[] {
  const fold = new RunFold(setup, redact, book);
  return (fact) => fold.next(fact).events;
}
