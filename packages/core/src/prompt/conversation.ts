import type { ResponseFormat } from "../model/chat-request.ts";
import type { Message } from "../model/message.ts";
import { formatInstruction } from "./format-prompt.ts";

/**
 * The client's conversation as an agent sees it: unchanged, after the agent's own instructions and the format that its
 * answer must have.
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

export function holdsImages(messages: readonly Message[]): boolean {
  return messages.some(
    (message) => typeof message.content !== "string" && message.content.some((part) => part.type === "image"),
  );
}
