import type { FinishReason, ModelEvent, Usage } from "@massgen/core/model";
import { fieldOf } from "./foreign-error.ts";
import { rawFinish } from "./wire/raw-finish.ts";

/**
 * Raised for an invalid event. The message continues a sentence that begins with a package's name:
 * `yielded null instead of an event`.
 */
export class OddEvent extends Error {}

const reasons: Readonly<Record<FinishReason, true>> = {
  stop: true,
  length: true,
  "tool-calls": true,
  "content-filter": true,
  other: true,
};

/** The figures of {@link Usage}. */
const figures = [
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "reasoningTokens",
] as const;

/** The bound of figures: no call uses a billion tokens. */
const figureLimit = 1e9;

const longestName = 1024;
const longestId = 64 * 1024;
const mostDropped = 64;
/** The length at which `quoted` cuts a text. */
const longestParameter = 60;

/**
 * Rebuilds an event of an untrusted model: every field is read once and checked, and nothing else is kept. `opaque` is
 * copied as JSON: it goes into the run's log.
 * @param quoted makes a foreign text fit to stand in a message
 * @throws OddEvent
 */
export function checkedEvent(value: unknown, quoted: (text: string) => string): ModelEvent {
  if (typeof value !== "object" || value === null) throw new OddEvent(`yielded ${kindOf(value)} instead of an event`);
  const type = fieldOf(value, "type");
  switch (type) {
    case "text-delta":
    case "reasoning-delta":
      return { type, text: textOf(value, "text", type) };
    case "tool-call":
      return checkedToolCall(value);
    case "finish":
      return checkedFinish(value, quoted);
    default: {
      const named = typeof type === "string" ? `unknown type "${quoted(type)}"` : `a type that is ${kindOf(type)}`;
      throw new OddEvent(`yielded an event of ${named}`);
    }
  }
}

function checkedToolCall(value: object): ModelEvent {
  const id = textOf(value, "id", "tool-call", longestId);
  const name = textOf(value, "name", "tool-call", longestName);
  if (id === "" || name === "")
    throw new OddEvent(`yielded a tool-call with an empty \`${id === "" ? "id" : "name"}\``);
  const opaque = jsonOf(fieldOf(value, "opaque"));
  const call = { type: "tool-call", id, name, arguments: textOf(value, "arguments", "tool-call") } as const;
  return opaque === undefined ? call : { ...call, opaque };
}

function jsonOf(value: unknown): unknown {
  if (value === undefined) return undefined;
  let written: string | undefined;
  try {
    written = JSON.stringify(value);
  } catch {
    written = undefined;
  }
  if (written === undefined) throw new OddEvent("yielded a tool-call whose `opaque` cannot be written as JSON");
  return JSON.parse(written) as unknown;
}

function checkedFinish(value: object, quoted: (text: string) => string): ModelEvent {
  const reason = fieldOf(value, "reason");
  if (typeof reason !== "string" || !Object.hasOwn(reasons, reason)) {
    const named = typeof reason === "string" ? `the unknown reason "${quoted(reason)}"` : "no reason";
    throw new OddEvent(`yielded a finish with ${named}`);
  }
  const usage = checkedUsage(fieldOf(value, "usage"));
  const droppedParameters = checkedNames(fieldOf(value, "droppedParameters"), quoted);
  const said = fieldOf(value, "raw");
  const raw = rawFinish({
    reason: fieldOf(said, "reason"),
    responseId: fieldOf(said, "responseId"),
    servedModel: fieldOf(said, "servedModel"),
  });
  return {
    type: "finish",
    reason: reason as FinishReason,
    ...(usage !== undefined && { usage }),
    ...(droppedParameters !== undefined && { droppedParameters }),
    ...(raw !== undefined && { raw }),
  };
}

/**
 * Keeps the valid figures of a usage report: whole numbers from 0 to below 1e9. All others count as not reported;
 * undefined when none is valid.
 */
export function checkedUsage(value: unknown): Usage | undefined {
  const usage: Partial<Record<(typeof figures)[number], number>> = {};
  for (const name of figures) {
    const figure = fieldOf(value, name);
    if (typeof figure === "number" && Number.isInteger(figure) && figure >= 0 && figure < figureLimit) {
      usage[name] = figure + 0;
    }
  }
  return Object.keys(usage).length > 0 ? usage : undefined;
}

/** Checks names of parameters: single words without secrets, because they go on to clients. */
function checkedNames(value: unknown, quoted: (text: string) => string): readonly string[] | undefined {
  if (!isList(value)) return undefined;
  const names: string[] = [];
  for (let i = 0; i < mostDropped; i += 1) {
    const name = fieldOf(value, i);
    if (typeof name !== "string" || name.length > longestParameter || !/^\w+$/.test(name)) continue;
    if (quoted(name) === name) names.push(name);
  }
  return names.length > 0 ? names : undefined;
}

function isList(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function textOf(value: object, name: string, type: string, most = Infinity): string {
  const text = fieldOf(value, name);
  if (typeof text !== "string") {
    throw new OddEvent(`yielded a ${type} whose \`${name}\` is ${kindOf(text)} instead of a text`);
  }
  if (text.length > most) throw new OddEvent(`yielded a ${type} whose \`${name}\` is longer than ${most} characters`);
  return text;
}

/** The kind of a value, in a word. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isList(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
