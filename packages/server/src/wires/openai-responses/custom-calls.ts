import type { ToolCall } from "@massgen/core/model";
import { isObject } from "../fields/field.ts";

/** The only argument of a custom tool. */
export const textArgument = "input";

/** A custom call's text as the arguments of a function. */
export function customArguments(input: string): string {
  return JSON.stringify({ [textArgument]: input });
}

/** A custom call's text: the only argument, or all that the model wrote if there is no such argument. */
export function customInput({ arguments: json }: Pick<ToolCall, "arguments">): string {
  try {
    const args: unknown = JSON.parse(json);
    const text = isObject(args) ? args[textArgument] : undefined;
    return typeof text === "string" ? text : json;
  } catch {
    return json;
  }
}
