import type { ToolCallEvent } from "@massgen/core/model";
import { objectOf, parseJson, writeJson, type JsonObject } from "../wire/json-value.ts";
import { argumentsOf } from "./call-shapes.ts";
import { jsonIn, walkFor } from "./json-objects.ts";
import type { OfferedTools, ToolShape } from "./offered-tools.ts";

/**
 * A call with the name of the offered tool that it means, and arguments without their coats. Names that mean none, and
 * arguments that hold no object, stay as they are; so does what needs no mending, to the letter. Its time grows with
 * the length of the arguments.
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
  // What a call without arguments has in their place is the reader's to know.
  if (value === null || text.trim() === "") return text;
  const args = value === undefined ? soleObject(text, tool) : argumentsOf(listed(value), tool);
  if (args === undefined || args === value) return text;
  return writeJson(args) ?? text;
}

/** Some servers put the one object into a list. */
function listed(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/**
 * The object in a text that is no JSON as it stands, for marks around it or slips in it; none where there are two that
 * differ. An empty one is what gateways begin with.
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
