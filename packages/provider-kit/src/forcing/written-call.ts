import type { Tool } from "@massgen/core/model";
import { parseJson } from "../wire/json-value.ts";
import { callsOf, mostCalls, type WrittenCall } from "./call-shapes.ts";
import { fencedBlocks } from "./fenced-blocks.ts";
import { jsonIn, walkFor, type Walk } from "./json-objects.ts";
import { offeredTools, type OfferedTools } from "./offered-tools.ts";
import { taggedCalls } from "./tagged-calls.ts";

/**
 * The tool calls that a model wrote down as text, in whichever of the usual ways; empty when it wrote none of an
 * offered tool with an object for its arguments. What comes last counts: models think aloud first. A list of calls
 * counts as a whole, its first {@link mostCalls} ones.
 *
 * Its time grows with the length of the text: it is parsed once as a whole, and gone over as often as {@link walkFor}
 * allows.
 */
export function readWrittenCalls(text: string, tools: readonly Tool[]): readonly WrittenCall[] {
  const offered = offeredTools(tools);
  const whole = callsOf(parseJson(text.trim()), offered);
  if (whole.length > 0) return whole.slice(0, mostCalls);
  const walk = walkFor(text);
  for (const part of [...fencedBlocks(text).reverse(), text]) {
    const calls = callsInPart(part, offered, walk);
    if (calls.length > 0) return calls.slice(0, mostCalls);
  }
  return [];
}

/** Calls with their names in front, except those quoted inside a JSON call. If there are none, the last JSON call. */
function callsInPart(text: string, tools: OfferedTools, walk: Walk): readonly WrittenCall[] {
  const tagged = taggedCalls(text, tools, walk);
  const values = jsonIn(text, walk);
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const json = values[at];
    const calls = callsOf(json?.value, tools);
    if (json === undefined || calls.length === 0) continue;
    return tagged.every(({ start }) => json.start < start && start < json.end) ? calls : tagged;
  }
  return tagged;
}

/** What begins a call in a chat template, whatever the model. */
export const callMarks: readonly string[] = [
  "<tool_call",
  "<function=",
  "<function_call",
  "<invoke name=",
  "<|tool_call",
  "<start_function_call>",
  "<|python_tag|>",
  "<|START_ACTION|>",
  "<|channel|>commentary",
  "<|start|>assistant<|channel|>commentary",
  "<｜tool",
  "<｜DSML｜",
  "<minimax:tool_call>",
  "[TOOL_CALLS]",
  "[TOOL_CALL]",
  "functools[",
  "```tool_code",
  "```tool_call",
];

/** What a template may put around calls. */
const template =
  /<[^<>]{0,64}>|\[\/?[A-Z_]{1,20}\]|```|[\s,;[\]()]|\b(?:function|functools|json|code|commentary|assistant|tool_code|tool_calls?|print)\b/g;

/** The most characters around calls that are examined. */
const longestMarks = 1000;

/**
 * The calls of a text that consists only of calls in the marks of a chat template, which servers pass on when they have
 * no parser for their model's format. Empty for every other text, such as JSON or prose about calls.
 */
export function readBareCalls(text: string, tools: readonly Tool[]): readonly WrittenCall[] {
  const start = text.length - text.trimStart().length;
  if (!callMarks.some((mark) => text.startsWith(mark, start))) return [];
  const offered = offeredTools(tools);
  const walk = walkFor(text);
  const calls: (WrittenCall & { start: number; end: number })[] = [...taggedCalls(text, offered, walk)];
  if (calls.length === 0) {
    for (const { value, start, end } of jsonIn(text, walk)) {
      calls.push(...callsOf(value, offered, true).map((call) => ({ ...call, start, end })));
    }
  }
  let done = 0;
  let around = "";
  for (const { start, end } of calls) {
    around += text.slice(done, Math.max(done, start)).slice(0, longestMarks + 1);
    done = end + 1;
    if (around.length > longestMarks) return [];
  }
  around += text.slice(done).slice(0, longestMarks + 1);
  return around.length > longestMarks || around.replace(template, "") !== "" ? [] : calls.slice(0, mostCalls);
}
