import type { QueueWait } from "../limiter.ts";
import type { FinishReason, Usage } from "../model/model-event.ts";
import type { ToolCall } from "../model/message.ts";
import type { Failure } from "./receipt.ts";

/** The meaning of a voter's reply. */
export type BallotReply =
  | { readonly kind: "vote"; readonly candidate: string; readonly reason: string }
  | { readonly kind: "new-answer"; readonly content: string }
  /** `wellFormed`: the reply was a proper tool call, but its content cannot be counted. */
  | { readonly kind: "unusable"; readonly problem: string; readonly wellFormed?: boolean };

/** The whole reply of a draft or presentation call. */
export interface AnswerReply {
  /** If it meets the format that the client asked for: the bare text, without a code fence or outer blanks. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** Why this is not a usable answer: empty, filtered, or without a required tool call. */
  readonly problem?: string;
  /** How the text breaks the client's response format; absent when it does not, or when there is none. */
  readonly violation?: string;
  /** Set when a final answer is unusable because it repeats the marks around the candidates in its prompt. */
  readonly repeatsMarks?: true;
}

/** When a call was sent, and when the first piece of its reply came, in milliseconds from the start of the run. */
export interface CallTiming {
  readonly sentAtMs: number;
  readonly firstTokenAtMs?: number;
}

/** What the end of a call reports. The rules copy the timing and decide nothing by it. */
interface CallEnd {
  readonly callId: string;
  readonly usage?: Usage;
  /** What it cost, in dollars; null where that is unknown. Absent where nothing is priced. */
  readonly costUsd?: number | null;
  /** Absent if it was never sent. */
  readonly timing?: CallTiming;
  /** Characters that the model wrote: text, reasoning and tool calls. */
  readonly replyChars?: number;
}

/** What a finished call reports in addition to its reply. */
interface CallFacts extends CallEnd {
  readonly reasoning?: string;
  /** Of a ballot: an answer has its own. */
  readonly finishReason?: FinishReason;
  readonly droppedParameters?: readonly string[];
}

/**
 * The timers of a run: its deadline, the start of the time reserved for presenting, the middle of that time, the wait
 * for stragglers, the wait before a lazy run calls the others, and the waits before retries.
 */
export type Timer = "deadline" | "reserve" | "presenter" | "straggler" | "hedge" | `retry ${string}`;

/**
 * Facts: the only things that change a run's state. Their sequence is the log that replays.
 * `atMs` counts from the start of the run and never decreases.
 */
export type Fact = { readonly atMs: number } & (
  | {
      readonly type: "run-started";
      /**
       * Milliseconds since 1970: a kept run may have waited long for somebody to begin it. The rules do not read it.
       */
      readonly dateMs?: number;
      /** `rulesVersion` of whoever began it. */
      readonly rules?: number;
      /** Random, of whoever keeps the log: by this it knows its own fact again. */
      readonly driver?: string;
    }
  | ({ readonly type: "draft-finished"; readonly reply: AnswerReply } & CallFacts)
  | ({ readonly type: "ballot-finished"; readonly reply: BallotReply } & CallFacts)
  | ({ readonly type: "presentation-finished"; readonly reply: AnswerReply } & CallFacts)
  /** The first piece of the final answer was written; in live delivery the client gets it now. */
  | { readonly type: "content-started"; readonly callId: string }
  | ({
      readonly type: "call-failed";
      readonly failure: Failure;
      /** Whether the model had begun to answer. */
      readonly begun: boolean;
      /** Whether its reasoning was shown as it came. */
      readonly reasoningShown?: boolean;
    } & CallEnd)
  /** A call that the rules had aborted is over. */
  | ({ readonly type: "call-aborted" } & CallEnd)
  /** A call reported its usage after the end of the run. */
  | ({ readonly type: "usage-reported"; readonly usage: Usage } & CallEnd)
  /** The call waits for its turn and has not been sent. Repeated when the wait gets longer. */
  | ({ readonly type: "call-queued"; readonly callId: string } & QueueWait)
  /** A call that waited is sent now. */
  | { readonly type: "call-sent"; readonly callId: string }
  | { readonly type: "timer-fired"; readonly timer: Timer }
  /** Whoever drove the run is gone, and its live calls with it; another process goes on. */
  | {
      readonly type: "resumed";
      /** `handed-back`: the driver stopped on purpose. */
      readonly cause: "lost" | "handed-back";
      /** `rulesVersion` of whoever goes on; from here on the log is folded by these rules. */
      readonly rules: number;
      /** Random, of whoever goes on: by this it knows its own fact again. */
      readonly driver?: string;
    }
  /** Somebody wants the answer now: what is in hand decides. */
  | { readonly type: "answer-now" }
  | { readonly type: "cancelled" }
  /** The run cannot go on, for a reason outside the rules: the client's response format turned out to be unusable. */
  | {
      readonly type: "run-failed";
      readonly failure: Failure;
      /** Whoever drove the run is gone, and its live calls with it. */
      readonly lost?: true;
    }
);
