import { createHash } from "node:crypto";
import type { ContentPart, Message } from "../model/message.ts";
import type { RunRequest } from "../run-request.ts";

/** The most characters of call arguments that are read. */
const maxArguments = 1_000_000;

/**
 * The seed of a run's draws: the client's, or else a digest of what it asks for. Equal requests draw alike, over whatever
 * API they came and however a stream is delivered. Anybody who knows the request knows the seed, so nothing secret may
 * be made of it.
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
  const format = responseFormat?.type === "json-schema" ? responseFormat.schema : responseFormat?.type;
  const asked = [
    tools.map(({ name, description = "", parameters = {} }) => [name, description, parameters]),
    tools.length > 0 && [toolChoice, parallelToolCalls],
    format ?? "text",
    others,
  ];
  const digest = createHash("sha256").update(JSON.stringify(asked, sorted));
  const canonical = canonicalMessages();
  for (const message of messages) digest.update(JSON.stringify(canonical(message)));
  return digest.digest("hex");
}

/** For `JSON.stringify`: an object's keys in order. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Turns each message of a conversation, in order, into what it says in any API. The ids of calls are new in every run,
 * so they are numbered.
 */
function canonicalMessages(): (message: Message) => unknown {
  const numbers = new Map<string, number>();
  let unread = maxArguments;

  function numberOf(id: string): number {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
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
        return [message.role, message.content];
      case "user":
        return [message.role, partsOf(message.content)];
      case "assistant": {
        const calls = message.toolCalls ?? [];
        return [
          message.role,
          message.content,
          calls.map((call) => [numberOf(call.id), call.name, plain(call.arguments)]),
        ];
      }
      case "tool":
        return [message.role, numberOf(message.toolCallId), message.content];
    }
  };
}

function partsOf(content: string | readonly ContentPart[]): unknown {
  if (typeof content === "string") return [content];
  return content.map((part) => (part.type === "text" ? part.text : [part.url, part.detail ?? "auto"]));
}
