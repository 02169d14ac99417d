import type { AssistantMessage, ContentPart, Message, ToolCall } from "@massgen/core/model";
import { joinedTurns } from "../remedies/shapes.ts";
import { fieldsOf, type CallOwner } from "./call-fields.ts";
import { reasoningBefore, type ReasoningOwner } from "./reasoning-record.ts";

/** How a conversation has to be written for a vendor. */
export interface MessageStyle {
  /** The owner of the thinking that goes back before its tool calls; undefined when none may. */
  readonly reasoning?: ReasoningOwner;
  /** The owner of the fields that go back with tool calls, beside the client's fields; undefined when none may. */
  readonly callOwner?: CallOwner;
  readonly toolCallIds?: "nine-alphanumerics";
  readonly alternatingTurns?: true;
}

/** Turns messages into those of a chat completion. */
export function messagesOf(messages: readonly Message[], style: MessageStyle): readonly unknown[] {
  const idOf = style.toolCallIds === undefined ? (id: string) => id : createShortIds(messages);
  const turns = style.alternatingTurns ? joinedTurns(messages) : messages;
  return turns.map((message) => messageOf(message, style, idOf));
}

function messageOf(message: Message, style: MessageStyle, idOf: (id: string) => string): unknown {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "user":
      return {
        role: "user",
        content: typeof message.content === "string" ? message.content : message.content.map(partOf),
      };
    case "assistant":
      return assistantOf(message, style, idOf);
    case "tool":
      return { role: "tool", tool_call_id: idOf(message.toolCallId), content: message.content };
  }
}

function assistantOf(
  { content, toolCalls = [] }: AssistantMessage,
  { reasoning, callOwner }: MessageStyle,
  idOf: (id: string) => string,
): unknown {
  if (toolCalls.length === 0) return { role: "assistant", content };
  return {
    role: "assistant",
    content: content === "" ? null : content,
    ...reasoningBefore(toolCalls, reasoning),
    tool_calls: toolCalls.map((call) => callOf(call, callOwner, idOf)),
  };
}

function callOf(call: ToolCall, owner: CallOwner | undefined, idOf: (id: string) => string): unknown {
  const { fields, functionFields } = owner === undefined ? {} : fieldsOf(call, owner);
  const called = { ...functionFields, name: call.name, arguments: call.arguments };
  return { ...fields, id: idOf(call.id), type: "function", function: called };
}

/** Ids of nine letters and digits. Ids of that form stay, others become numbers in order of appearance. */
function createShortIds(messages: readonly Message[]): (id: string) => string {
  const fits = /^[a-zA-Z0-9]{9}$/;
  const taken = new Set(messages.flatMap(idsIn).filter((id) => fits.test(id)));
  const short = new Map<string, string>();
  let number = 0;
  return (id) => {
    if (fits.test(id)) return id;
    let made = short.get(id);
    while (made === undefined || (taken.has(made) && !short.has(id))) {
      number += 1;
      made = String(number).padStart(9, "0");
    }
    short.set(id, made);
    return made;
  };
}

function idsIn(message: Message): readonly string[] {
  switch (message.role) {
    case "assistant":
      return (message.toolCalls ?? []).map(({ id }) => id);
    case "tool":
      return [message.toolCallId];
    case "system":
    case "user":
      return [];
  }
}

function partOf(part: ContentPart): unknown {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return {
        type: "image_url",
        image_url: { url: part.url, ...(part.detail !== undefined && { detail: part.detail }) },
      };
  }
}
