import type { RunEvent, RunResult } from "@massgen/core";
import type { Seat } from "./seat.ts";

/** One kind of event. */
export type Of<Type extends RunEvent["type"]> = Extract<RunEvent, { readonly type: Type }>;

/** The connection broke and comes back: text in passing is sent again from its beginning. */
export interface Reconnected {
  readonly type: "reconnected";
}

/** What a voter handed in. */
export type Ballot = { readonly voter: string; readonly atMs: number } & (
  | {
      readonly kind: "vote";
      readonly choice: string;
      readonly candidate: string;
      readonly reason: string;
      /** Its place among the answers that the voter saw, from 1. */
      readonly position: number;
      /** How many answers the voter saw. */
      readonly shown: number;
    }
  | { readonly kind: "new-answer"; readonly candidate: string }
  | { readonly kind: "abstained"; readonly why: string }
);

/** One round of votes. */
export interface Round {
  readonly round: number;
  readonly startedAtMs: number;
  readonly voters: readonly string[];
  /** Ids of the answers that were voted on. */
  readonly candidates: readonly string[];
  readonly ballots: readonly Ballot[];
  /** Whether it was held again because of a new answer. */
  readonly voided: boolean;
}

/** The final answer as it comes. */
export interface Answer {
  readonly text: string;
  /** How much of the text came before the last numbered event: the rest is sent again after a break. */
  readonly keptChars: number;
  /** The text behind `keptChars` came before a break. */
  readonly stale: boolean;
  /** Who writes it, or whose draft it is. */
  readonly author?: string;
  readonly toolCalls: Of<"tool-calls">["toolCalls"];
}

/** Something that changed the course of the run. */
export interface Turn {
  readonly atMs: number;
  readonly text: string;
}

/** Where a run is. */
export type Stage = "waiting" | "drafting" | "voting" | "answering" | "over";

/** All that is shown of a run. */
export interface RunState {
  readonly runId?: string;
  /** Milliseconds since 1970. */
  readonly startedAt?: number;
  /** The number of the last event that has one; -1 for none. */
  readonly seq: number;
  /** The time of the last event, in milliseconds from the start. */
  readonly atMs: number;
  readonly stage: Stage;
  readonly seats: readonly Seat[];
  readonly rounds: readonly Round[];
  readonly agreement?: Of<"agreement-reached">;
  readonly decision?: Of<"winner-selected">;
  readonly answer: Answer;
  readonly turns: readonly Turn[];
  /** The figures as of the beginning of the answer. */
  readonly figures?: Pick<Of<"answer-started">, "calls" | "usage" | "costUsd" | "costsMore">;
  readonly result?: RunResult;
}

/** Before the first event. */
export const emptyRun: RunState = {
  seq: -1,
  atMs: 0,
  stage: "waiting",
  seats: [],
  rounds: [],
  answer: { text: "", keptChars: 0, stale: false, toolCalls: [] },
  turns: [],
};

/** The round whose votes are counted now, or were last. */
export function lastRound({ rounds }: Pick<RunState, "rounds">): Round | undefined {
  return rounds.at(-1);
}
