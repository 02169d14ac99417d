import type { ResponseFormat } from "../model/chat-request.ts";
import type { Message } from "../model/message.ts";
import { formatInstruction } from "./format-prompt.ts";

/**
 * The client's conversation as an agent sees it: as it came, with the agent's own instructions in front, and behind those the format
 * that its answer must have.
 */
export function conversationFor(
  systemMessage: string | undefined,
  messages: readonly Message[],
  format?: ResponseFormat,
): readonly Message[] {
  const instructions = [systemMessage, formatInstruction(format)].filter((text) => text !== undefined);
  if (instructions.length === 0) return messages;
  return [...instructions.map((content): Message => ({ role: "system", content })), ...messages];
}

/** Characters of a conversation: the basis of the token estimate. */
export function charsOf(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + charsOfMessage(message), 0);
}

function charsOfMessage(message: Message): number {
  const content =
    typeof message.content === "string"
      ? message.content.length
      : message.content.reduce((sum, part) => sum + (part.type === "text" ? part.text.length : 0), 0);
  const calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
  return calls.reduce((sum, call) => sum + call.name.length + call.arguments.length, content);
}

export function holdsImages(messages: readonly Message[]): boolean {
  return messages.some(
    (message) => typeof message.content !== "string" && message.content.some((part) => part.type === "image"),
  );
}
