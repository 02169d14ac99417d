import type { AssistantMessage, ContentPart, Message } from "@massgen/core/model";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { reasoningBefore, type ReasoningOwner } from "./reasoning-record.ts";

/**
 * Turns messages into input items. System messages stay items where they stand: `instructions` would hold those at the
 * head only, and the word JSON, which a JSON format has to be asked for with, does not count there.
 *
 * @param owner whose reasoning goes back before its tool calls; undefined when none may
 */
export function inputOf(messages: readonly Message[], owner: ReasoningOwner | undefined): readonly JsonObject[] {
  return messages.flatMap((message) => itemsOf(message, owner));
}

function itemsOf(message: Message, owner: ReasoningOwner | undefined): readonly JsonObject[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: message.content }];
    case "user":
      return [
        {
          role: "user",
          content: typeof message.content === "string" ? message.content : message.content.map(partOf),
        },
      ];
    case "assistant":
      return assistantItems(message, owner);
    case "tool":
      return [{ type: "function_call_output", call_id: message.toolCallId, output: message.content }];
  }
}

/** Reasoning stands in front of what it led to: the words of the turn and its first call, or a later call. */
function assistantItems(
  { content, toolCalls = [] }: AssistantMessage,
  owner: ReasoningOwner | undefined,
): readonly JsonObject[] {
  const said = content === "" && toolCalls.length > 0 ? [] : [{ role: "assistant", content }];
  const called = toolCalls.map((call) => ({
    reasoning: reasoningBefore(call, owner),
    item: { type: "function_call", call_id: call.id, name: call.name, arguments: call.arguments },
  }));
  const [first, ...rest] = called;
  if (first === undefined) return said;
  return [...first.reasoning, ...said, first.item, ...rest.flatMap(({ reasoning, item }) => [...reasoning, item])];
}

function partOf(part: ContentPart): JsonObject {
  switch (part.type) {
    case "text":
      return { type: "input_text", text: part.text };
    case "image":
      return { type: "input_image", image_url: part.url, detail: part.detail ?? "auto" };
  }
}
