import type { ChatRequest } from "./chat-request.ts";
import { type Message, textOf } from "./message.ts";

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

/** Tokens of a prompt, before anybody has counted: a third of its characters, and its images. Costs time that grows with its length. */
export function promptTokens({ messages, tools, responseFormat }: ChatRequest): number {
  const said = messages.reduce((sum, message) => sum + charsOf(message), 0);
  const shape = responseFormat?.type === "json-schema" ? jsonChars(responseFormat.schema) : 0;
  const offered = tools === undefined ? 0 : jsonChars(tools);
  const images = messages.reduce((sum, message) => sum + imagesIn(message), 0);
  return tokensOfChars(said + shape + offered) + images * imageTokens;
}

function charsOf(message: Message): number {
  const calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
  return calls.reduce((sum, call) => sum + call.name.length + call.arguments.length, textOf(message).length);
}

function imagesIn({ content }: Message): number {
  return typeof content === "string" ? 0 : content.filter(({ type }) => type === "image").length;
}

function jsonChars(value: unknown): number {
  return JSON.stringify(value).length;
}
