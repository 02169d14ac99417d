import type { Phase } from "@massgen/core";
import type { Writing } from "./writing.ts";

/**
 * What an agent is at.
 * - `waiting`: its call has not begun; `why` if that is for a limit of its account
 * - `held`: asked only if the others do not agree
 * - `writing`: its draft grows; `again` after a try that failed
 * - `paused`: will be asked again
 * - `answered`: its draft, or its revision, is in
 * - `voting`, `voted`, `abstained`: in the round of votes
 * - `presenting`: writes the final answer, after it had to wait for that
 * - `out`: takes no further part; `bad` if something went wrong
 */
export type Doing =
  | { readonly is: "waiting"; readonly why?: string }
  | { readonly is: "held"; readonly phase: Phase }
  | { readonly is: "writing"; readonly text: Writing }
  | { readonly is: "paused"; readonly why: string }
  | { readonly is: "answered"; readonly sentence: string; readonly anew: boolean }
  | { readonly is: "voting" }
  | { readonly is: "voted"; readonly choice: string; readonly reason: string }
  | { readonly is: "abstained"; readonly why: string }
  | { readonly is: "presenting" }
  | { readonly is: "out"; readonly word: string; readonly why: string; readonly bad: boolean };

/** An agent's line. */
export interface Seat {
  readonly id: string;
  readonly model: string;
  readonly doing: Doing;
}

/** The votes of the round that goes on, or was the last. */
export interface Votes {
  readonly round: number;
  readonly voters: readonly string[];
  /** Votes by the author of the answer, in the order of the team. */
  readonly tally: ReadonlyMap<string, number>;
  /** Voters that have voted, abstained, or are not waited for. */
  readonly done: ReadonlySet<string>;
}

/** What a person sees of a run while it goes on. */
export interface Board {
  readonly seats: readonly Seat[];
  /** `answering`: the final answer is being written or delivered. */
  readonly stage: "drafting" | "voting" | "answering" | "ended";
  readonly votes?: Votes;
  readonly winner?: string;
  /** Who writes the final answer. Its line still says what it thought before. */
  readonly presenter?: string;
  /** What has just become certain, in a sentence. */
  readonly news: string;
}

/** The board of a run of which nothing is known yet. */
export const emptyBoard: Board = { seats: [], stage: "drafting", news: "" };
