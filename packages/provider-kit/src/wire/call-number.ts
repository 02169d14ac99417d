import type { ChatRequest } from "@massgen/core/model";

/**
 * The number of the first tool call id to make up, so that it differs from those made up earlier in the conversation.
 */
export function nextCallNumber({ messages }: ChatRequest): number {
  const calls = messages.flatMap((message) => (message.role === "assistant" ? (message.toolCalls ?? []) : []));
  return calls.length + 1;
}

/** The most tool calls of one answer: services allow 128 at most. */
export const mostCalls = 1024;

/**
 * Makes the ids of one answer's tool calls. Takes the provider's id of each call in turn, empty where there is none,
 * and returns it, or `call_<n>` where it is missing or was used before.
 *
 * @param firstNumber the number of the first call
 */
export function createCallIds(firstNumber: number): (given: string) => string {
  const used = new Set<string>();
  let number = firstNumber - 1;
  return (given) => {
    number += 1;
    let id = given;
    for (let made = number; id === "" || used.has(id); made += 1) id = `call_${made}`;
    used.add(id);
    return id;
  };
}
