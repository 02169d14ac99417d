import type { ContentPart, FinishReason, Message, ToolCall } from "@massgen/core/model";

/** The most characters of text in one attribute; what comes before is left out first. */
export const mostContentChars = 32_768;

/** Removes secrets from each text before it becomes part of a JSON text, which could break afterwards. */
type Redact = (text: string) => string;

interface TextPart {
  readonly type: "text";
  readonly content: string;
}
interface UriPart {
  readonly type: "uri";
  readonly modality: "image";
  readonly uri: string;
}
interface CallPart {
  readonly type: "tool_call";
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}
interface ResultPart {
  readonly type: "tool_call_response";
  readonly id: string;
  readonly response: string;
}
type Part = TextPart | UriPart | CallPart | ResultPart;

/** A message in the form of the GenAI conventions. */
interface TraceMessage {
  readonly role: string;
  readonly parts: readonly Part[];
}

/** `gen_ai.input.messages`: the end of a conversation, as far as it fits. */
export function inputMessages(messages: readonly Message[], redact: Redact): string {
  const room = roomOf(mostContentChars, redact);
  const shown: TraceMessage[] = [];
  for (const message of messages.toReversed()) {
    if (room.left() === 0) break;
    const parts = partsOf(message).map((part) => cut(part, room));
    shown.unshift({ role: room.take(message.role), parts });
  }
  return JSON.stringify(shown);
}

/** `gen_ai.output.messages`: one answer, as far as it fits. */
export function outputMessages(
  text: string,
  toolCalls: readonly ToolCall[],
  finish: FinishReason,
  redact: Redact,
): string {
  const room = roomOf(mostContentChars, redact);
  const parts = [...textOf(text), ...toolCalls.map(callOf)].map((part) => cut(part, room));
  return JSON.stringify([{ role: "assistant", parts, finish_reason: finishWord(finish) }]);
}

/** A finish reason in the words of the conventions. */
export function finishWord(reason: FinishReason): string {
  return reason === "tool-calls" ? "tool_call" : reason.replace("-", "_");
}

function partsOf(message: Message): readonly Part[] {
  switch (message.role) {
    case "system":
      return textOf(message.content);
    case "user":
      return typeof message.content === "string" ? textOf(message.content) : message.content.map(contentOf);
    case "assistant":
      return [...textOf(message.content), ...(message.toolCalls ?? []).map(callOf)];
    case "tool":
      return [{ type: "tool_call_response", id: message.toolCallId, response: message.content }];
  }
}

function textOf(content: string): readonly TextPart[] {
  return content === "" ? [] : [{ type: "text", content }];
}

/** Images by address; one that the request itself carries would be megabytes. */
function contentOf(part: ContentPart): Part {
  if (part.type === "text") return { type: "text", content: part.text };
  return { type: "uri", modality: "image", uri: part.url.startsWith("data:") ? "data:" : part.url };
}

function callOf({ id, name, arguments: json }: ToolCall): CallPart {
  return { type: "tool_call", id, name, arguments: json };
}

interface Room {
  readonly left: () => number;
  /** As much of a text as fits. */
  readonly take: (text: string) => string;
}

function roomOf(chars: number, redact: Redact): Room {
  let left = chars;
  return {
    left: () => left,
    take(text) {
      const taken = redact(text).slice(0, left).toWellFormed();
      // An empty text takes room too, so that no number of them is endless.
      left = Math.max(0, left - taken.length - 1);
      return taken;
    },
  };
}

function cut(part: Part, { take }: Room): Part {
  switch (part.type) {
    case "text":
      return { ...part, content: take(part.content) };
    case "uri":
      return { ...part, uri: take(part.uri) };
    case "tool_call":
      return { ...part, id: take(part.id), name: take(part.name), arguments: take(part.arguments) };
    case "tool_call_response":
      return { ...part, id: take(part.id), response: take(part.response) };
  }
}
