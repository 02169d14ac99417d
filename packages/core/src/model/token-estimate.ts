import type { ChatRequest } from "./chat-request.ts";

/** Characters per token, on the safe side for most languages. */
const charsPerToken = 3;

/** What an image costs, whatever its size in bytes: about a megapixel at the services that say. */
const imageTokens = 1000;

/** What a call is taken to write when nothing limits it. */
export const assumedOutputTokens = 2048;

/** Tokens of a text of so many characters, before anybody has counted. */
export function tokensOfChars(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}

type PromptSize = { readonly chars: number; readonly images: number };

/**
 * Tokens of a prompt, before anybody has counted: a third of its characters, and its images. Costs time that grows with
 * its length.
 */
export function promptTokens(request: ChatRequest): number {
  return tokensOfPrompt(promptSize(request));
}

/** Tokens of a prompt that consists of these. */
export function tokensOfPrompt(...sizes: readonly PromptSize[]): number {
  const chars = sizes.reduce((sum, size) => sum + size.chars, 0);
  return tokensOfChars(chars) + sizes.reduce((sum, size) => sum + size.images, 0) * imageTokens;
}

/** How large a prompt is. Costs time that grows with its length: what several prompts share is to be measured once. */
export function promptSize({ messages, tools, responseFormat }: ChatRequest): PromptSize {
  let chars = tools === undefined ? 0 : JSON.stringify(tools).length;
  let images = 0;
  if (responseFormat?.type === "json-schema") chars += JSON.stringify(responseFormat.schema).length;
  for (const message of messages) {
    const calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
    for (const call of calls) chars += call.name.length + call.arguments.length;
    if (typeof message.content === "string") {
      chars += message.content.length;
      continue;
    }
    for (const part of message.content) {
      if (part.type === "image") images++;
      else chars += part.text.length;
    }
  }
  return { chars, images };
}
