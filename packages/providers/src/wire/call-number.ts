import type { ChatRequest } from "@massgen/core/model";

/** The number of the first tool call id to make up, so that it differs from those made up earlier in the conversation. */
export function nextCallNumber({ messages }: ChatRequest): number {
  const calls = messages.flatMap((message) => (message.role === "assistant" ? (message.toolCalls ?? []) : []));
  return calls.length + 1;
}
