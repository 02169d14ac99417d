import type { Message } from "./message.ts";

/** A JSON Schema object, as it goes over the wire. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A tool the model may call. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** Schema of the arguments; absent means no arguments. */
  readonly parameters?: JsonSchema;
  readonly strict?: boolean;
}

/** `required` means at least one call of any tool; a name means that one. */
export type ToolChoice = "auto" | "none" | "required" | { readonly name: string };

export type ResponseFormat =
  | { readonly type: "text" }
  | { readonly type: "json-object" }
  | { readonly type: "json-schema"; readonly name: string; readonly schema: JsonSchema; readonly strict?: boolean };

/** Sampling parameters. Absent ones are not sent, so the provider's default applies. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly reasoningEffort?: string;
}

/** Time limits of one call, in milliseconds. Time in which the consumer asks for no event does not count. */
export interface CallLimits {
  /** From sending to the first sign of work: text, reasoning (also encrypted), a signature, a piece of arguments. */
  readonly firstTokenMs?: number;
  /** Between two signs of work. A progress event (Claude's `ping`) doubles it, up to the first-token limit in all. */
  readonly idleMs?: number;
  /** The call as a whole. */
  readonly totalMs?: number;
}

/** Why an earlier reply to this request could not be used, when the request is repeated. */
export interface RetryOf {
  readonly problem: string;
  /** 1 for the first repetition. */
  readonly attempt: number;
  /** True when the reply was a proper tool call with unusable content. */
  readonly wellFormed?: boolean;
}

/** Why a call waits before it is sent. */
export interface QueueWait {
  /** The least time until its turn comes, in milliseconds; 0 if unknown. */
  readonly leastMs: number;
  /** The limit that it waits for: `max_concurrency 2`. */
  readonly reason: string;
}

/** One call of a model. */
export interface ChatRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  /** Default `auto` when there are tools. */
  readonly toolChoice?: ToolChoice;
  /** `false` asks for one tool call at most. */
  readonly parallelToolCalls?: boolean;
  readonly responseFormat?: ResponseFormat;
  readonly sampling?: Sampling;
  readonly limits?: CallLimits;
  /** Set when an earlier reply was unusable: unless that was well-formed, a weaker way to force a tool call is used. */
  readonly retryOf?: RetryOf;
  readonly signal?: AbortSignal;
  /** Called by a registry that limits calls, never by a provider: the call waits, or longer than announced. */
  readonly onQueued?: (wait: QueueWait) => void;
  /** Called when a call that waited is sent. */
  readonly onSent?: () => void;
}
