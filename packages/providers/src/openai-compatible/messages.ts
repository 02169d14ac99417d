import type { AssistantMessage, ContentPart, Message, ToolCall, UserMessage } from "@massgen/core/model";
import { reasoningBefore, type ReasoningOwner } from "./reasoning-record.ts";

/** How a conversation has to be written for a vendor. */
export interface MessageStyle {
  /** Whose thinking goes back before its tool calls; undefined when none may. */
  readonly reasoning?: ReasoningOwner;
  readonly toolCallIds?: "nine-alphanumerics";
  readonly alternatingTurns?: true;
}

/** Turns messages into those of a chat completion. */
export function messagesOf(messages: readonly Message[], style: MessageStyle): readonly unknown[] {
  const idOf = style.toolCallIds === undefined ? (id: string) => id : createShortIds(messages);
  const turns = style.alternatingTurns ? joined(messages) : messages;
  return turns.map((message) => messageOf(message, style, idOf));
}

/** The same conversation with one message where users, or systems, have several in a row. */
function joined(messages: readonly Message[]): readonly Message[] {
  const turns: Message[][] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    const joins = last?.[0]?.role === message.role && (message.role === "user" || message.role === "system");
    if (joins) last.push(message);
    else turns.push([message]);
  }
  return turns.flatMap((turn) => (turn.length === 1 ? turn : [together(turn)]));
}

/** Messages of a user, or of the system, as one. */
function together(turn: readonly Message[]): Message {
  const texts = turn.map(({ content }) => content).filter((content) => typeof content === "string");
  const system = turn[0]?.role === "system";
  if (system || texts.length === turn.length) return { role: system ? "system" : "user", content: texts.join("\n\n") };
  return { role: "user", content: turn.flatMap((message) => (message.role === "user" ? partsIn(message) : [])) };
}

function partsIn({ content }: UserMessage): readonly ContentPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
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
  { reasoning }: MessageStyle,
  idOf: (id: string) => string,
): unknown {
  if (toolCalls.length === 0) return { role: "assistant", content };
  return {
    role: "assistant",
    content: content === "" ? null : content,
    ...reasoningBefore(toolCalls, reasoning),
    tool_calls: toolCalls.map((call) => callOf(call, idOf)),
  };
}

function callOf({ id, name, arguments: text }: ToolCall, idOf: (id: string) => string): unknown {
  return { id: idOf(id), type: "function", function: { name, arguments: text } };
}

/** Ids of nine letters and digits: those that are such already stay, others become numbers in the order in which they come. */
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
