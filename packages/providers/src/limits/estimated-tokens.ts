import { textOf, type ChatRequest, type Message } from "@massgen/core/model";

/** Characters per token, on the safe side for most languages. */
const charsPerToken = 3;

/** What an image costs, whatever its size in bytes. */
const imageTokens = 1000;

/** What a call is taken to write when nothing limits it. */
const assumedOutputTokens = 2048;

/** Tokens that a call may use, before anybody has counted: its prompt's characters / 3, images, and the most that it may write. */
export function estimatedTokens({ messages, tools, responseFormat, sampling }: ChatRequest): number {
  const said = messages.reduce((sum, message) => sum + charsOf(message), 0);
  const shape = responseFormat?.type === "json-schema" ? jsonChars(responseFormat.schema) : 0;
  const offered = tools === undefined ? 0 : jsonChars(tools);
  const images = messages.reduce((sum, message) => sum + imagesIn(message), 0);
  const written = sampling?.maxOutputTokens ?? assumedOutputTokens;
  return Math.ceil((said + shape + offered) / charsPerToken) + images * imageTokens + written;
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
