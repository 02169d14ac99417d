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
  /**
   * True when the reply was a call as wanted, and only what it said could not be used: the way it was asked for works.
   */
  readonly wellFormed?: boolean;
}

/**
 * What a request has in common with others, for services that cache prompts. Its tools and all messages but the last
 * {@link PromptPrefix.added} stand unchanged at the beginning of later requests with the same key.
 */
export interface PromptPrefix {
  /**
   * The same for the requests of one conversation that have the same author and purpose: at most 64 letters, digits and
   * dashes, from which nobody learns what the conversation says.
   */
  readonly key: string;
  /** How many of the last messages belong to this request alone. */
  readonly added: number;
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
  /**
   * How much later than they arrive pieces of the answer may be given, in milliseconds, so that they can be read
   * together; its end is never late. Set where nobody reads along, such as for a ballot. Absent: give each at once.
   */
  readonly gatherMs?: number;
  /** Absent where nothing is known of other requests. */
  readonly prefix?: PromptPrefix;
  /** Set when an earlier reply was unusable: unless that was well-formed, a weaker way to force a tool call is used. */
  readonly retryOf?: RetryOf;
  /**
   * What only one vendor knows, by backend type: `{ claude: { service_tier: "auto" } }`. Goes into the request body as
   * written, over what stands there; a provider sends the part of its own type only.
   */
  readonly extras?: Readonly<Record<string, object>>;
  readonly signal?: AbortSignal;
}
