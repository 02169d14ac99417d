import type { Candidate } from "./candidate.ts";
import type { Outcome } from "./receipt.ts";
import type { CountedBallot, Tally } from "./tally.ts";

/** The outcome of the run. */
export interface Decision {
  readonly winner: Candidate;
  readonly outcome: Outcome;
  readonly tally: Tally;
  readonly ballots: readonly CountedBallot[];
  readonly tied: readonly string[];
  readonly finalAnswer: "select" | "synthesize";
  /** Agents that may write the final answer, author of the best candidate first. */
  readonly presenters: readonly string[];
  /** Agents whose drafts said the same, if that decided. */
  readonly agreed?: readonly string[];
  /** Ballots of an exhaustive run that did not decide anything, since the drafts agreed. */
  readonly measured?: readonly CountedBallot[];
}
