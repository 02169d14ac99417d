import type { Tool } from "@massgen/core/model";
import { listOf, objectOf, parseJson, textOf, type JsonObject } from "../wire/json-value.ts";
import { jsonAt, jsonIn, mostLooseBrackets } from "./json-objects.ts";

/** A tool call as read from a text. */
export interface WrittenCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/**
 * The tool calls that a model wrote down as text, in whichever of the usual ways; empty when it wrote none of an offered tool with
 * an object for its arguments. What comes last counts: models think aloud first. A list of calls counts as a whole.
 */
export function readWrittenCalls(text: string, tools: readonly Tool[]): readonly WrittenCall[] {
  const whole = callsOf(parseJson(text.trim()), tools);
  if (whole.length > 0) return whole;
  const blocks = [...text.matchAll(/```[\w-]*[^\S\n]*\n([\s\S]*?)```/g)].map(([, block]) => block ?? "");
  for (const part of [...blocks.reverse(), text]) {
    const tagged = taggedCalls(part, tools);
    if (tagged.length > 0) return tagged;
    const found = jsonIn(part)
      .map((value) => callsOf(value, tools))
      .findLast((calls) => calls.length > 0);
    if (found !== undefined) return found;
  }
  return [];
}

/**
 * `<function=vote>{...}</function>`, `<|channel|>commentary to=functions.vote ...<|message|>{...}`, `functions.vote({...})`,
 * `vote({...})`: a name with the arguments behind it.
 */
function taggedCalls(text: string, tools: readonly Tool[]): readonly WrittenCall[] {
  const calls: WrittenCall[] = [];
  let loose = 0;
  const name =
    /<function=([\w.-]+)>?|\bto=(?:functions\.)?([\w.-]+)|(?<![\w.-])(?:functions\.)?([\w-]+)\s*\((?=\s*\{)/g;
  for (const match of text.matchAll(name)) {
    const tool = toolOf(match[1] ?? match[2] ?? match[3], tools);
    if (tool === undefined) continue;
    const behind = match.index + match[0].length;
    const marks = /^[^{]{0,80}(?=\{)/.exec(text.slice(behind, behind + 81))?.[0];
    // Only marks of the notation may stand between: what follows in prose belongs to something else.
    if (marks === undefined || /\n\s*\n|<function=|\bto=/.test(marks)) continue;
    const args = objectOf(jsonAt(text, behind + marks.length)?.value);
    if (args !== undefined) calls.push({ name: tool.name, arguments: args });
    else loose += 1;
    if (loose === mostLooseBrackets) break;
  }
  return calls;
}

function callsOf(value: unknown, tools: readonly Tool[]): readonly WrittenCall[] {
  if (Array.isArray(value)) return value.flatMap((item) => callsOf(item, tools));
  const object = objectOf(value);
  if (object === undefined) return [];
  const listed = listOf(object["tool_calls"]);
  if (listed.length > 0) return callsOf(listed, tools);
  const call = namedCall(object, tools) ?? keyedCall(object, tools) ?? bareCall(object, tools);
  return call === undefined ? [] : [call];
}

/** `{"tool": "vote", "arguments": {...}}`, with any of the words in use. */
function namedCall(object: JsonObject, tools: readonly Tool[]): WrittenCall | undefined {
  const inner = objectOf(object["function"]) ?? object;
  const tool = [inner["tool"], inner["name"], inner["tool_name"], inner["function"], inner["action"]]
    .map((name) => toolOf(textOf(name), tools))
    .find((found) => found !== undefined);
  if (tool === undefined) return undefined;
  const place = ["arguments", "parameters", "args", "input", "tool_input"].find((word) => word in inner);
  if (place === undefined) return Object.keys(inner).length === 1 ? { name: tool.name, arguments: {} } : undefined;
  const written = inner[place];
  const args = objectOf(typeof written === "string" ? parseJson(written) : written);
  return args === undefined ? undefined : { name: tool.name, arguments: args };
}

/** `{"vote": {...}}` */
function keyedCall(object: JsonObject, tools: readonly Tool[]): WrittenCall | undefined {
  const [key, ...more] = Object.keys(object);
  const tool = more.length === 0 ? toolOf(key, tools) : undefined;
  const args = key === undefined ? undefined : objectOf(object[key]);
  return tool === undefined || args === undefined ? undefined : { name: tool.name, arguments: args };
}

/** The arguments alone, where they can only be one tool's. */
function bareCall(object: JsonObject, tools: readonly Tool[]): WrittenCall | undefined {
  const fitting = tools.filter(({ parameters = {} }) => {
    const properties = Object.keys(objectOf(parameters["properties"]) ?? {});
    const required = listOf(parameters["required"]);
    const keys = Object.keys(object);
    return (
      keys.length > 0 &&
      keys.every((key) => properties.includes(key)) &&
      required.every((key) => typeof key === "string" && keys.includes(key))
    );
  });
  const [tool, other] = fitting;
  return tool === undefined || other !== undefined ? undefined : { name: tool.name, arguments: object };
}

function toolOf(name: string | undefined, tools: readonly Tool[]): Tool | undefined {
  const bare = name?.replace(/^functions\./, "");
  return tools.find((tool) => tool.name === bare);
}
