import type { Fact } from "../coordination/event.ts";
import { type RuleBook, ruleBook } from "../coordination/rule-book.ts";
import type { Setup } from "../coordination/state.ts";
import { RunFold } from "./run-fold.ts";

/** What one voter saw in one round. */
export interface BallotShown {
  readonly round: number;
  readonly voter: string;
  /** The ids of the candidates, in the order in which this voter saw them. */
  readonly candidates: readonly string[];
}

/** Every ballot that a log gave out, in order: which candidate stood in which position is in no event. */
export function ballotsShown(setup: Setup, log: readonly Fact[], book: RuleBook = ruleBook): readonly BallotShown[] {
  const fold = new RunFold(setup, undefined, book);
  const shown = new Map<string, BallotShown>();
  let seen: unknown;
  for (const fact of log) {
    fold.next(fact);
    const { rounds: round, ballotOrders } = fold.state;
    if (ballotOrders === seen) continue;
    seen = ballotOrders;
    for (const [voter, candidates] of ballotOrders) shown.set(`${round} ${voter}`, { round, voter, candidates });
  }
  return [...shown.values()];
}
