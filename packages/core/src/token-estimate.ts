import type { ChatRequest, Sampling } from "./model/chat-request.ts";

/** Characters per token: a safe estimate for most languages. */
const charsPerToken = 3;

/** Tokens of an image, whatever its size in bytes: about a megapixel at the services that publish figures. */
const imageTokens = 1000;

/** What a call is taken to write when nothing limits it. */
const assumedOutputTokens = 2048;

/** Estimates the tokens of a text from its length in characters. All estimates of this project come from here. */
export function tokensOfChars(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}

type PromptSize = { readonly chars: number; readonly images: number };

/**
 * Estimates the tokens that a call may use: its prompt and the most that it may write. Takes time that grows with the
 * prompt.
 */
export function callTokens(request: ChatRequest): number {
  return promptTokens(request) + outputTokens(request.sampling);
}

/** The most tokens that a reply is taken to have: the first limit that is given, else 2048. */
export function outputTokens(...samplings: readonly (Sampling | undefined)[]): number {
  const limited = samplings.find((sampling) => sampling?.maxOutputTokens !== undefined);
  return limited?.maxOutputTokens ?? assumedOutputTokens;
}

/** Estimates the tokens of a prompt from its characters and its images. Takes time that grows with its length. */
export function promptTokens(request: ChatRequest): number {
  return tokensOfPrompt(promptSize(request));
}

/** Estimates the tokens of a prompt that consists of these. */
export function tokensOfPrompt(...sizes: readonly PromptSize[]): number {
  const chars = sizes.reduce((sum, size) => sum + size.chars, 0);
  return tokensOfChars(chars) + sizes.reduce((sum, size) => sum + size.images, 0) * imageTokens;
}

/** Measures a prompt. Takes time that grows with its length: measure once what several prompts share. */
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
