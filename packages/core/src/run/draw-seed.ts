import { hash } from "node:crypto";
import type { Message } from "../model/message.ts";
import type { RunRequest } from "../run-request.ts";

/** The most characters of tools, formats and sampling whose keys are put in order. */
const maxSorted = 200_000;

/** The most characters of call arguments that are read. */
const maxArguments = 200_000;

/**
 * The seed of a run's draws: the client's, or else a digest of what it asks for. Equal requests draw alike, over
 * whatever API they came and however a stream is delivered. Anybody who knows the request knows the seed, so nothing
 * secret may be made of it. Takes time that grows with the conversation.
 */
export function drawSeedOf(request: RunRequest): string {
  const {
    messages,
    tools = [],
    toolChoice = "auto",
    parallelToolCalls = true,
    responseFormat,
    sampling = {},
  } = request;
  const { seed, ...others } = sampling;
  if (seed !== undefined) return `seed ${seed}`;
  let all = "";
  /** The length in front keeps neighbours apart. */
  const put = (...texts: readonly string[]): void => {
    for (const text of texts) all += `${text.length} ${text}`;
  };
  const format = responseFormat?.type === "json-schema" ? responseFormat.schema : responseFormat?.type;
  put(
    written([
      tools.map(({ name, description = "", parameters = {} }) => [name, description, parameters]),
      tools.length > 0 && [toolChoice, parallelToolCalls],
      format ?? "text",
      others,
    ]),
  );
  const textsOf = messageTexts();
  for (const message of messages) {
    const texts = textsOf(message);
    put(message.role, String(texts.length), ...texts);
  }
  return hash("sha256", all);
}

/** A value as JSON with its keys in order, unless it is large. */
function written(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > maxSorted ? json : JSON.stringify(value, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Turns each message of a conversation, in order, into the texts that it consists of in any API. The ids of calls are
 * new in every run, so they are numbered.
 */
function messageTexts(): (message: Message) => readonly string[] {
  const numbers = new Map<string, number>();
  let unread = maxArguments;

  function numberOf(id: string): string {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return String(number);
  }

  /** Some APIs carry arguments as text, others as values. */
  function plain(json: string): string {
    unread -= json.length;
    if (unread < 0) return json;
    try {
      return JSON.stringify(JSON.parse(json));
    } catch {
      return json;
    }
  }

  return (message) => {
    switch (message.role) {
      case "system":
        return [message.content];
      case "user":
        if (typeof message.content === "string") return ["text", message.content];
        return message.content.flatMap((part) =>
          part.type === "text" ? ["text", part.text] : [part.detail ?? "auto", part.url],
        );
      case "assistant": {
        const calls = message.toolCalls ?? [];
        return [message.content, ...calls.flatMap((call) => [numberOf(call.id), call.name, plain(call.arguments)])];
      }
      case "tool":
        return [numberOf(message.toolCallId), message.content];
    }
  };
}
