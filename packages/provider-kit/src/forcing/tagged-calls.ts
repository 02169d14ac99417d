import { objectOf } from "../wire/json-value.ts";
import { argumentsOf, mostCalls, type WrittenCall } from "./call-shapes.ts";
import { jsonAt, mostLooseBrackets, type Walk } from "./json-objects.ts";
import { markedArguments } from "./marked-arguments.ts";
import { markupArguments } from "./markup-arguments.ts";
import type { OfferedTools, ToolShape } from "./offered-tools.ts";
import { pythonArguments } from "./python-arguments.ts";
import { writtenNames } from "./written-names.ts";

/** A call, and where its first and its last character stand. */
export interface FoundCall extends WrittenCall {
  readonly start: number;
  readonly end: number;
}

/** What may stand between a name and its arguments: marks of the notation. Prose belongs to something else. */
const mark = /[\s"'>/:=(]|<[^<>]{0,64}>|\[[A-Z_]{1,20}\]|```|json\b|code\b|commentary\b|\d/y;

/** How far from its name the arguments of a call may begin. */
const farthest = 160;

/** The calls in a text that are written as a name with the arguments behind it, as {@link mostCalls} ones at most. */
export function taggedCalls(text: string, tools: OfferedTools, walk: Walk): readonly FoundCall[] {
  const calls: FoundCall[] = [];
  let loose = 0;
  const nameAt = writtenNames(text);
  for (let next = nameAt(0), from = 0; next !== undefined; next = nameAt(from)) {
    from = next.end;
    const tool = tools.find(next.name);
    if (tool === undefined) continue;
    const found = argumentsBehind(text, next.end, tool, walk);
    if (found === undefined) loose += 1;
    else {
      calls.push({ name: tool.name, arguments: found.value, start: next.start, end: found.end });
      from = found.end + 1;
    }
    if (loose === mostLooseBrackets || calls.length === mostCalls) break;
  }
  return calls;
}

function argumentsBehind(
  text: string,
  behind: number,
  tool: ToolShape,
  walk: Walk,
): { readonly value: FoundCall["arguments"]; readonly end: number } | undefined {
  let at = behind;
  const last = Math.min(text.length, behind + farthest);
  while (at < last) {
    const next = text.charAt(at);
    if (next === "{") {
      const found = markedArguments(text, at) ?? jsonAt(text, at, walk);
      const args = argumentsOf(objectOf(found?.value), tool);
      return found === undefined || args === undefined ? undefined : { value: args, end: found.end };
    }
    if (next === "(") {
      const python = pythonArguments(text, at, tool, walk);
      if (python !== undefined) return python;
    }
    if (next === "<" || (next === ">" && at <= behind + 1)) {
      const elements = markupArguments(text, next === "<" ? at : at + 1, tool);
      if (elements !== undefined) return elements;
    }
    mark.lastIndex = at;
    const passed = mark.exec(text)?.[0].length;
    if (passed === undefined) return undefined;
    at += passed;
  }
  return undefined;
}
