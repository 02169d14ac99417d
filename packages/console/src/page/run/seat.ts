import type { Candidate, RunResult } from "@massgen/core";

type Failure = Extract<RunResult, { readonly status: "failed" }>["failure"];

/** What an agent is doing, or what became of it. */
export type Doing =
  /** Nothing yet. */
  | { readonly kind: "waiting" }
  /** It is called only if the others cannot decide. */
  | { readonly kind: "held"; readonly phase: Phase }
  /** Its call waits for its turn at the provider. */
  | { readonly kind: "queued"; readonly phase: Phase; readonly reason: string }
  | { readonly kind: "drafting" }
  | { readonly kind: "drafted" }
  /** The last call failed, or its reply was of no use; it is made again. */
  | { readonly kind: "retrying"; readonly phase: Phase; readonly why: string }
  | { readonly kind: "voting" }
  | { readonly kind: "voted" }
  | { readonly kind: "abstained"; readonly why: string }
  | { readonly kind: "presenting" }
  | { readonly kind: "failed"; readonly phase: Phase; readonly failure: Failure }
  | { readonly kind: "dropped"; readonly why: "straggler" | "deadline" | "answer-now"; readonly called: boolean }
  | {
      readonly kind: "spared";
      readonly phase: Phase;
      readonly called: boolean;
      /** How many agents agreed; absent if the vote was decided without it. */
      readonly agreeing?: number;
      readonly of: number;
    }
  | { readonly kind: "excluded"; readonly why: "images" | "budget" };

/** What a call is made for. */
export type Phase = "draft" | "ballot" | "presentation";

/** A draft as it is seen: growing, then whole. */
export interface Draft {
  readonly text: string;
  /** The text came before a break: the next piece is the whole of it again. */
  readonly stale: boolean;
  /** No more comes. */
  readonly whole: boolean;
}

/** An agent's place at the table. */
export interface Seat {
  readonly id: string;
  /** The model that it was configured with, or the one that took over. */
  readonly model: string;
  /** Its place in the team, from 0: its colour goes by it. */
  readonly place: number;
  readonly doing: Doing;
  /** Since when it is doing that, in milliseconds from the start of the run. */
  readonly sinceMs: number;
  readonly draft: Draft;
  /** Its answers in order: the draft, then what it wrote instead of votes. */
  readonly candidates: readonly Candidate[];
  /** How long the draft took. */
  readonly tookMs?: number;
  readonly reasoning?: string;
  /** The model that was given up, where another took over. */
  readonly gaveUp?: { readonly model: string; readonly why: string };
  /** Sampling parameters that its model refused. */
  readonly without: readonly string[];
}

export const emptyDraft: Draft = { text: "", stale: false, whole: false };

/** An agent that has not begun. */
export function newSeat(id: string, model: string, place: number): Seat {
  return {
    id,
    model,
    place,
    doing: { kind: "waiting" },
    sinceMs: 0,
    draft: emptyDraft,
    candidates: [],
    without: [],
  };
}

/** Whether the agent is out of the run. */
export function isOut({ doing }: Pick<Seat, "doing">): boolean {
  return doing.kind === "failed" || doing.kind === "dropped" || doing.kind === "excluded";
}

/** Whether something of the agent's is under way. */
export function isBusy({ doing }: Pick<Seat, "doing">): boolean {
  return ["queued", "drafting", "retrying", "voting", "presenting"].includes(doing.kind);
}
