import type { ToolCall } from "./message.ts";

/**
 * Tokens of a call, as the provider reported them. An unknown figure is absent, never 0.
 * `inputTokens` includes cached ones, `outputTokens` includes reasoning.
 */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly cachedInputTokens?: number;
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

/** The end of a complete answer. */
export interface FinishEvent {
  readonly type: "finish";
  readonly reason: FinishReason;
  readonly usage?: Usage;
  /** Sampling parameters that the model does not support and the call left out, by their names in `Sampling`. */
  readonly droppedParameters?: readonly string[];
}

export type ModelEvent = TextDeltaEvent | ReasoningDeltaEvent | ToolCallEvent | FinishEvent;
