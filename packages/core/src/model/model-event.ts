import type { ToolCall } from "./message.ts";

/**
 * Tokens of a call, as the provider reported them. An unknown figure is absent, never 0.
 * `inputTokens` includes those read from a cache and written to one, `outputTokens` includes reasoning.
 */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly cachedInputTokens?: number;
  /** Input that was written to the provider's cache, for which some charge more. */
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
}

/** Why a model stopped. `other` covers reasons that only some providers have. */
export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "other";

/** A piece of the visible answer. */
export interface TextDeltaEvent {
  readonly type: "text-delta";
  readonly text: string;
}

/** A piece of the model's reasoning, where the provider shows it. */
export interface ReasoningDeltaEvent {
  readonly type: "reasoning-delta";
  readonly text: string;
}

/** A whole tool call. */
export interface ToolCallEvent extends ToolCall {
  readonly type: "tool-call";
}

/** What the provider says of an answer in its own words, each cut at 200 characters. For people, not for programs. */
export interface RawFinish {
  /** Why the model stopped: `end_turn`, `STOP`. */
  readonly reason?: string;
  /** The provider's id of the answer, by which its support finds it. */
  readonly responseId?: string;
  /** The model that answered, where the provider says it: `gpt-4o-2024-08-06`. */
  readonly servedModel?: string;
}

/** The end of a complete answer. */
export interface FinishEvent {
  readonly type: "finish";
  readonly reason: FinishReason;
  readonly usage?: Usage;
  /** Sampling parameters that the model does not support and the call left out, by their names in `Sampling`. */
  readonly droppedParameters?: readonly string[];
  readonly raw?: RawFinish;
}

export type ModelEvent = TextDeltaEvent | ReasoningDeltaEvent | ToolCallEvent | FinishEvent;
