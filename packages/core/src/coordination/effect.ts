import type { ToolCall } from "../model/message.ts";
import type { Announcement, RunResult } from "./announcement.ts";
import type { Candidate } from "./candidate.ts";
import type { Timer } from "./event.ts";
import type { Outcome } from "./receipt.ts";

/** The purpose of a call, with everything that its prompt needs. */
export type CallPurpose =
  | { readonly phase: "draft"; /** The answer goes straight to the client. */ readonly solo: boolean }
  | {
      readonly phase: "ballot";
      readonly round: number;
      /** In this voter's order: it sees the first one as `agent1`. */
      readonly candidates: readonly Candidate[];
      /** Whether `new_answer` is offered. */
      readonly revisable: boolean;
      /** The most characters shown of each candidate, if the context window is too small for all of them. */
      readonly shownChars?: number;
      /** Thinking tokens allowed before the vote; absent if the voter is not known to think. */
      readonly thinkingTokens?: number;
    }
  | {
      readonly phase: "presentation";
      /** In the presenter's order. */
      readonly candidates: readonly Candidate[];
      readonly winner: string;
      readonly outcome: Outcome;
      /** The candidates that tied for first place, if a draw decided. */
      readonly tied: readonly string[];
      /** Counted votes; labels inside the reasons are the presenter's. */
      readonly votes: readonly { readonly candidate: string; readonly reason: string }[];
      /** The most characters of each candidate that fit the reader's context window; absent where all do. */
      readonly shownChars?: number;
    };

/** One call to be made. */
export interface CallOrder {
  readonly callId: string;
  readonly agentId: string;
  /** Which of the agent's models is called. */
  readonly model: "primary" | "fallback";
  readonly purpose: CallPurpose;
  /** Set when the previous reply to the same question was unusable. */
  readonly retryOf?: Reask;
  /** The output limit that the context window imposes; absent where it imposes none. */
  readonly maxOutputTokens?: number;
  /** The output limit that the budget pays for, where nothing else limits the answer. */
  readonly budgetTokens?: number;
  /** Dollars that the call may cost, by estimate; absent where its model's price is unknown. */
  readonly reservedUsd?: number;
  /** The id of the first try, whose prompt is repeated exactly. */
  readonly repeats?: string;
  /** Whether it was shortened after a refusal for its length. */
  readonly shortened?: boolean;
}

/** What was wrong with the previous reply. */
export interface Reask {
  readonly problem: string;
  /** Only what the reply said was wrong, not its form. */
  readonly wellFormed?: boolean;
  /** The text that broke the client's response format, to be repaired. */
  readonly answer?: string;
}

/** What the driver is asked to do. */
export type Effect =
  | { readonly type: "start-call"; readonly order: CallOrder }
  | { readonly type: "abort-call"; readonly callId: string }
  /** `atMs` counts from the start of the run. A timer that is started again replaces the old one. */
  | { readonly type: "start-timer"; readonly timer: Timer; readonly atMs: number }
  | { readonly type: "stop-timer"; readonly timer: Timer }
  | { readonly type: "announce"; readonly announcement: Announcement }
  /** Deliver this to the client as it is. */
  | { readonly type: "deliver"; readonly text: string; readonly toolCalls: readonly ToolCall[] }
  /** The run has ended. No effect follows. */
  | { readonly type: "finish"; readonly result: RunResult };
