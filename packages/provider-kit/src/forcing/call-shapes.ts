import { listOf, objectOf, parseJson, type JsonObject } from "../wire/json-value.ts";
import type { OfferedTools, ToolShape } from "./offered-tools.ts";

/** A tool call as read from a text. */
export interface WrittenCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** The most calls that one text holds. */
export const mostCalls = 128;

/** How deep calls may stand inside lists. */
const deepestList = 8;

/** How many levels of JSON text, or of wrapper objects, arguments may have. */
const mostWrappers = 3;

const argumentWords = ["arguments", "parameters", "args", "input", "tool_input", "kwargs"];

/** Reads a JSON value as calls, in any of the usual shapes; of a list the first {@link mostCalls}. */
export function callsOf(value: unknown, tools: OfferedTools, named = false, depth = 0): readonly WrittenCall[] {
  if (depth > deepestList) return [];
  if (Array.isArray(value)) {
    return value.slice(0, mostCalls).flatMap((item) => callsOf(item, tools, named, depth + 1));
  }
  const object = objectOf(typeof value === "string" && depth === 0 ? parseJson(value) : value);
  if (object === undefined) return [];
  const listed = listOf(object["tool_calls"]);
  if (listed.length > 0) return callsOf(listed, tools, named, depth + 1);
  const call = namedCall(object, tools) ?? (named ? undefined : (keyedCall(object, tools) ?? bareCall(object, tools)));
  return call === undefined ? [] : [call];
}

/** `{"tool": "vote", "arguments": {...}}`, with any of the words in use. */
function namedCall(object: JsonObject, tools: OfferedTools): WrittenCall | undefined {
  const inner = objectOf(object["function"]) ?? object;
  const tool = [inner["tool"], inner["name"], inner["tool_name"], inner["function"], inner["action"]]
    .map((name) => tools.find(name))
    .find((found) => found !== undefined);
  if (tool === undefined) return undefined;
  const place = argumentWords.find((word) => Object.hasOwn(inner, word));
  if (place === undefined) return soleKey(inner) === undefined ? undefined : { name: tool.name, arguments: {} };
  const args = argumentsOf(inner[place], tool);
  return args === undefined ? undefined : { name: tool.name, arguments: args };
}

/** `{"vote": {...}}` */
function keyedCall(object: JsonObject, tools: OfferedTools): WrittenCall | undefined {
  const key = soleKey(object);
  const tool = tools.find(key);
  const args = key === undefined ? undefined : objectOf(object[key]);
  return tool === undefined || args === undefined ? undefined : { name: tool.name, arguments: args };
}

/** The key of an object that has one only. */
function soleKey(object: JsonObject): string | undefined {
  let sole: string | undefined;
  for (const key in object) {
    if (sole !== undefined) return undefined;
    sole = key;
  }
  return sole;
}

/** The arguments alone, where they fit only one tool. */
function bareCall(object: JsonObject, { byArgument }: OfferedTools): WrittenCall | undefined {
  let fitting: readonly ToolShape[] | undefined;
  for (const key in object) {
    fitting ??= byArgument.get(key) ?? [];
    fitting = fitting.filter(({ properties }) => properties.has(key));
    if (fitting.length === 0) return undefined;
  }
  const [tool, other] = (fitting ?? []).filter(({ required }) => required.every((key) => Object.hasOwn(object, key)));
  return tool === undefined || other !== undefined ? undefined : { name: tool.name, arguments: object };
}

/**
 * Unwraps the arguments of a call: from a JSON text of the object, a text of that text, or an object that holds them
 * under `arguments` or the tool's name. Undefined when there is no object inside.
 */
export function argumentsOf(written: unknown, tool: ToolShape): JsonObject | undefined {
  let value = written;
  for (let unwrapped = 0; unwrapped < mostWrappers && typeof value === "string"; unwrapped += 1) {
    value = value.trim() === "" ? {} : parseJson(value);
  }
  let args = objectOf(value);
  for (let unwrapped = 0; unwrapped < mostWrappers && args !== undefined; unwrapped += 1) {
    const inner = wrappedIn(args, tool);
    if (inner === undefined) return args;
    args = inner;
  }
  return args;
}

/** The wrapped value of an object that has none of the tool's arguments itself. */
function wrappedIn(object: JsonObject, tool: ToolShape): JsonObject | undefined {
  for (const key in object) if (tool.properties.has(key)) return undefined;
  const place = [...argumentWords, "properties", tool.name].find((word) => Object.hasOwn(object, word));
  if (place === undefined) return undefined;
  const inner = object[place];
  return objectOf(typeof inner === "string" ? parseJson(inner) : inner);
}
