import type { QueueWait } from "../limiter.ts";
import type { FinishReason, Usage } from "../model/model-event.ts";
import type { ToolCall } from "../model/message.ts";
import type { Failure } from "./receipt.ts";

/** What a voter's reply came to, after it was read. */
export type BallotReply =
  | { readonly kind: "vote"; readonly candidate: string; readonly reason: string }
  | { readonly kind: "new-answer"; readonly content: string }
  /** `wellFormed`: it was a call as wanted, and only what it said cannot be counted. */
  | { readonly kind: "unusable"; readonly problem: string; readonly wellFormed?: boolean };

/** The whole reply of a draft or presentation call. */
export interface AnswerReply {
  /** Bare where the client asked for a format and the text keeps it: no code fence, no blank space around. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** Why this is no answer (empty, filtered, no call where one is demanded); absent when it is one. */
  readonly problem?: string;
  /** How the text breaks the client's response format; absent when it keeps it, or there is none. */
  readonly violation?: string;
  /** A final answer that is none because it repeats the marks around the answers that its author was shown. */
  readonly repeatsMarks?: true;
}

/** What a finished call reports beside its reply. */
interface CallFacts {
  readonly callId: string;
  readonly usage?: Usage;
  readonly reasoning?: string;
  readonly droppedParameters?: readonly string[];
}

/**
 * Timers of a run: its deadline, the start of the time kept for presenting, half of that, the wait for stragglers,
 * waits before retries.
 */
export type Timer = "deadline" | "reserve" | "presenter" | "straggler" | `retry ${string}`;

/**
 * Facts: the only things that change a run's state. Their sequence is the log that replays.
 * `atMs` counts from the start of the run and never decreases.
 */
export type Fact = { readonly atMs: number } & (
  | { readonly type: "run-started" }
  | ({ readonly type: "draft-finished"; readonly reply: AnswerReply } & CallFacts)
  | ({ readonly type: "ballot-finished"; readonly reply: BallotReply } & CallFacts)
  | ({ readonly type: "presentation-finished"; readonly reply: AnswerReply } & CallFacts)
  /** The first piece of the final answer exists; in live delivery it is on its way to the client. */
  | { readonly type: "content-started"; readonly callId: string }
  | {
      readonly type: "call-failed";
      readonly callId: string;
      readonly failure: Failure;
      /** Whether the model had begun to answer. */
      readonly begun: boolean;
      /** Whether its reasoning was shown as it came. */
      readonly reasoningShown?: boolean;
      readonly usage?: Usage;
    }
  /** The call waits for its turn and has not been sent. Comes again when it has to wait for longer. */
  | ({ readonly type: "call-queued"; readonly callId: string } & QueueWait)
  /** The turn of a call that waited has come. */
  | { readonly type: "call-sent"; readonly callId: string }
  | { readonly type: "timer-fired"; readonly timer: Timer }
  | { readonly type: "cancelled" }
);
