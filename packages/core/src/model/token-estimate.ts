import type { ChatRequest } from "./chat-request.ts";

/** Characters per token: a safe estimate for most languages. */
const charsPerToken = 3;

/** Tokens of an image, whatever its size in bytes: about a megapixel at the services that publish figures. */
const imageTokens = 1000;

/** The output assumed for a call without a limit. */
export const assumedOutputTokens = 2048;

/** Estimated tokens of a text of this many characters. */
export function tokensOfChars(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}

type PromptSize = { readonly chars: number; readonly images: number };

/** Estimated tokens of a prompt: a third of its characters, plus its images. Takes linear time. */
export function promptTokens(request: ChatRequest): number {
  return tokensOfPrompt(promptSize(request));
}

/** Estimated tokens of a prompt made of these parts. */
export function tokensOfPrompt(...sizes: readonly PromptSize[]): number {
  const chars = sizes.reduce((sum, size) => sum + size.chars, 0);
  return tokensOfChars(chars) + sizes.reduce((sum, size) => sum + size.images, 0) * imageTokens;
}

/** The size of a prompt. Takes time that grows with its length, so measure shared parts once. */
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
