import type { ToolCallEvent } from "@massgen/core/model";
import { objectOf, parseJson, writeJson, type JsonObject } from "../wire/json-value.ts";
import { argumentsOf } from "./call-shapes.ts";
import { jsonIn, walkFor } from "./json-objects.ts";
import type { OfferedTools, ToolShape } from "./offered-tools.ts";

/**
 * Corrects a call: its name becomes that of the offered tool that it means, its arguments are unwrapped. Names that
 * mean no tool, arguments without an object, and correct calls stay exactly as they are. Its time grows with the length
 * of the arguments.
 */
export function mendedCall(call: ToolCallEvent, tools: OfferedTools): ToolCallEvent {
  const tool = tools.find(call.name);
  if (tool === undefined) return call;
  const args = mendedArguments(call.arguments, tool);
  if (tool.name === call.name && args === call.arguments) return call;
  return { ...call, name: tool.name, arguments: args };
}

/** Whether a call can be used: of an offered tool, with an object that has the arguments which the tool requires. */
export function isUsable({ name, arguments: text }: ToolCallEvent, tools: OfferedTools): boolean {
  const tool = tools.find(name);
  const args = objectOf(parseJson(text.trim() === "" ? "{}" : text));
  return tool?.name === name && args !== undefined && tool.required.every((key) => Object.hasOwn(args, key));
}

function mendedArguments(text: string, tool: ToolShape): string {
  const value = parseJson(text);
  // The caller decides what a call without arguments means.
  if (value === null || text.trim() === "") return text;
  const args = value === undefined ? soleObject(text, tool) : argumentsOf(listed(value), tool);
  if (args === undefined || args === value) return text;
  return writeJson(args) ?? text;
}

/** Some servers wrap the object in a list. */
function listed(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/**
 * The object in a text that is not JSON, because of marks around it or mistakes in it. Undefined where there are two
 * different ones. Empty objects do not count, since gateways send one first.
 */
function soleObject(text: string, tool: ToolShape): JsonObject | undefined {
  const objects = jsonIn(text, walkFor(text))
    .map(({ value }) => argumentsOf(listed(value), tool))
    .filter((args) => args !== undefined);
  const filled = objects.filter((args) => Object.keys(args).length > 0);
  const found = filled.length > 0 ? filled : objects;
  const [args] = found;
  const first = writeJson(args);
  return found.every((other) => writeJson(other) === first) ? args : undefined;
}
