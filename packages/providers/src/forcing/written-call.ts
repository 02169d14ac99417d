import type { JsonSchema, Tool } from "@massgen/core/model";
import { listOf, objectOf, parseJson, textOf, type JsonObject } from "../wire/json-value.ts";
import { fencedBlocks } from "./fenced-blocks.ts";
import { jsonAt, jsonIn, mostLooseBrackets, walkFor, type Walk } from "./json-objects.ts";

/** A tool call as read from a text. */
export interface WrittenCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** The most calls that one text holds. */
const mostCalls = 128;

/** How deep calls may stand inside lists. */
const deepestList = 8;

/** The longest name of a tool. */
const longestName = 128;

/**
 * The tool calls that a model wrote down as text, in whichever of the usual ways; empty when it wrote none of an offered tool with
 * an object for its arguments. What comes last counts: models think aloud first. A list of calls counts as a whole, its first
 * {@link mostCalls} ones.
 *
 * Its time grows with the length of the text: it is parsed once as a whole, and gone over as often as {@link walkFor} allows.
 */
export function readWrittenCalls(text: string, tools: readonly Tool[]): readonly WrittenCall[] {
  const offered = toolSet(tools);
  const whole = callsOf(parseJson(text.trim()), offered);
  if (whole.length > 0) return whole.slice(0, mostCalls);
  const walk = walkFor(text);
  for (const part of [...fencedBlocks(text).reverse(), text]) {
    const tagged = taggedCalls(part, offered, walk);
    if (tagged.length > 0) return tagged;
    const values = jsonIn(part, walk);
    for (let at = values.length - 1; at >= 0; at -= 1) {
      const calls = callsOf(values[at], offered);
      if (calls.length > 0) return calls.slice(0, mostCalls);
    }
  }
  return [];
}

/** The tools that may be called, as calls are looked up. */
interface ToolSet {
  readonly byName: ReadonlyMap<string, Tool>;
  /** The tools that take an argument of this name. */
  readonly byArgument: ReadonlyMap<string, readonly ToolShape[]>;
}

interface ToolShape {
  readonly name: string;
  readonly properties: ReadonlySet<string>;
  readonly required: readonly unknown[];
}

function toolSet(tools: readonly Tool[]): ToolSet {
  const shapes = tools.map(({ name, parameters = {} }) => shapeOf(name, parameters));
  const byArgument = new Map<string, ToolShape[]>();
  for (const shape of shapes) {
    for (const property of shape.properties) byArgument.set(property, [...(byArgument.get(property) ?? []), shape]);
  }
  // The first of two with one name, as in a list.
  return { byName: new Map([...tools].reverse().map((tool) => [tool.name, tool])), byArgument };
}

function shapeOf(name: string, parameters: JsonSchema): ToolShape {
  const properties = new Set(Object.keys(objectOf(parameters["properties"]) ?? {}));
  return { name, properties, required: listOf(parameters["required"]) };
}

/**
 * `<function=vote>{...}</function>`, `<|channel|>commentary to=functions.vote ...<|message|>{...}`, `functions.vote({...})`,
 * `vote({...})`: a name with the arguments behind it.
 */
function taggedCalls(text: string, tools: ToolSet, walk: Walk): readonly WrittenCall[] {
  const calls: WrittenCall[] = [];
  let loose = 0;
  const name =
    /<function=([\w.-]{1,128})>?|\bto=(?:functions\.)?([\w.-]{1,128})|(?<![\w.-])(?:functions\.)?([\w-]{1,128})\s{0,80}\((?=\s{0,80}\{)/g;
  for (const match of text.matchAll(name)) {
    const tool = toolOf(match[1] ?? match[2] ?? match[3], tools);
    if (tool === undefined) continue;
    const behind = match.index + match[0].length;
    const marks = text.slice(behind, behind + 81);
    const brace = marks.indexOf("{");
    // Only marks of the notation may stand between: what follows in prose belongs to something else.
    if (brace < 0 || /\n[^\S\n]*\n|<function=|\bto=/.test(marks.slice(0, brace))) continue;
    const args = objectOf(jsonAt(text, behind + brace, walk)?.value);
    if (args !== undefined) calls.push({ name: tool.name, arguments: args });
    else loose += 1;
    if (loose === mostLooseBrackets || calls.length === mostCalls) break;
  }
  return calls;
}

function callsOf(value: unknown, tools: ToolSet, depth = 0): readonly WrittenCall[] {
  if (depth > deepestList) return [];
  if (Array.isArray(value)) return value.slice(0, mostCalls).flatMap((item) => callsOf(item, tools, depth + 1));
  const object = objectOf(value);
  if (object === undefined) return [];
  const listed = listOf(object["tool_calls"]);
  if (listed.length > 0) return callsOf(listed, tools, depth + 1);
  const call = namedCall(object, tools) ?? keyedCall(object, tools) ?? bareCall(object, tools);
  return call === undefined ? [] : [call];
}

/** `{"tool": "vote", "arguments": {...}}`, with any of the words in use. */
function namedCall(object: JsonObject, tools: ToolSet): WrittenCall | undefined {
  const inner = objectOf(object["function"]) ?? object;
  const tool = [inner["tool"], inner["name"], inner["tool_name"], inner["function"], inner["action"]]
    .map((name) => toolOf(textOf(name), tools))
    .find((found) => found !== undefined);
  if (tool === undefined) return undefined;
  const place = ["arguments", "parameters", "args", "input", "tool_input"].find((word) => Object.hasOwn(inner, word));
  if (place === undefined) return soleKey(inner) === undefined ? undefined : { name: tool.name, arguments: {} };
  const written = inner[place];
  const args = objectOf(typeof written === "string" ? parseJson(written) : written);
  return args === undefined ? undefined : { name: tool.name, arguments: args };
}

/** `{"vote": {...}}` */
function keyedCall(object: JsonObject, tools: ToolSet): WrittenCall | undefined {
  const key = soleKey(object);
  const tool = toolOf(key, tools);
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

/** The arguments alone, where they can only be one tool's. */
function bareCall(object: JsonObject, { byArgument }: ToolSet): WrittenCall | undefined {
  let fitting: readonly ToolShape[] | undefined;
  for (const key in object) {
    fitting ??= byArgument.get(key) ?? [];
    fitting = fitting.filter(({ properties }) => properties.has(key));
    if (fitting.length === 0) return undefined;
  }
  const [tool, other] = (fitting ?? []).filter(({ required }) =>
    required.every((key) => typeof key === "string" && Object.hasOwn(object, key)),
  );
  return tool === undefined || other !== undefined ? undefined : { name: tool.name, arguments: object };
}

function toolOf(name: string | undefined, { byName }: ToolSet): Tool | undefined {
  if (name === undefined || name.length > longestName) return undefined;
  return byName.get(name.startsWith("functions.") ? name.slice("functions.".length) : name);
}
