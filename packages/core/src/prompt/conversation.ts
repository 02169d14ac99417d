import type { Message } from "../model/message.ts";

/** The client's conversation as an agent sees it: as it came, with the agent's own instructions in front. */
export function conversationFor(systemMessage: string | undefined, messages: readonly Message[]): readonly Message[] {
  return systemMessage === undefined ? messages : [{ role: "system", content: systemMessage }, ...messages];
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
