import type { Message, ToolCall } from "@massgen/core/model";
import { objectOf, objectsIn, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** The thinking that led to a turn's tool calls, as it travels in {@link ToolCall.opaque} of the first of them. */
export interface ThinkingRecord {
  readonly provider: "anthropic";
  /** A signature is valid for this model only. */
  readonly model: string;
  /** `thinking` blocks with their signatures and `redacted_thinking` blocks, as they came. */
  readonly blocks: readonly JsonObject[];
}

/** The thinking blocks of a turn, if this very model made its calls and thought before them; else none. */
export function thinkingBefore(calls: readonly ToolCall[], model: string): readonly JsonObject[] {
  return calls.flatMap(({ opaque }) => {
    const thought = objectOf(opaque);
    return thought?.["provider"] === "anthropic" && thought["model"] === model ? objectsIn(thought["blocks"]) : [];
  });
}

/**
 * Whether the conversation holds tool calls without thinking of this model's own, such as those that come back from a
 * client. Claude does not take thinking up again behind these.
 */
export function hasThoughtlessCalls(messages: readonly Message[], model: string): boolean {
  return messages.some(
    (message) =>
      message.role === "assistant" &&
      (message.toolCalls ?? []).length > 0 &&
      thinkingBefore(message.toolCalls ?? [], model).length === 0,
  );
}

/** A finished block as it has to go back; undefined for one that is not thinking or has no signature. */
export function thinkingBlock(block: JsonObject): JsonObject | undefined {
  switch (block["type"]) {
    case "thinking": {
      const signature = textOf(block["signature"]);
      if (signature === undefined) return undefined;
      return { type: "thinking", thinking: textOf(block["thinking"]) ?? "", signature };
    }
    case "redacted_thinking":
      return { type: "redacted_thinking", data: block["data"] };
    default:
      return undefined;
  }
}
