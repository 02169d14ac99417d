import type { Tool, ToolCall } from "@massgen/core/model";
import { z } from "zod";
import { sentFields } from "./call-fields.ts";
import { isObject, plainName, quoted, report } from "../fields/field.ts";
import { parametersSchema } from "../fields/json-schema.ts";

/** Longest list of tools, as at OpenAI. */
export const mostTools = 128;

/** Tools and calls have kinds. Only functions are supported, and a missing kind means function. */
function functionsOnly<S extends z.ZodType>(what: string, schema: S) {
  return z
    .unknown()
    .superRefine((value, context) => {
      const type = isObject(value) ? (value["type"] ?? "function") : "function";
      if (type === "function") return;
      report(context, "unsupported_parameter", `is a ${what} of type ${quoted(type)}: only functions are supported`);
    })
    .pipe(schema);
}

/** A tool that the client offers. */
export const toolSchema = functionsOnly(
  "tool",
  z.object({
    function: z.object({
      name: plainName,
      description: z.string().nullish(),
      parameters: parametersSchema.nullish(),
      strict: z.boolean().nullish(),
    }),
  }),
).transform(({ function: { name, description, parameters, strict } }): Tool => ({
  name,
  ...(typeof description === "string" && { description }),
  ...(isObject(parameters) && { parameters }),
  ...(typeof strict === "boolean" && { strict }),
}));

/** A call in the history. A model wrote its arguments, so they may be any text. It keeps non-OpenAI fields. */
export const toolCallSchema = functionsOnly(
  "call",
  z.looseObject({
    id: z.string().min(1),
    function: z.looseObject({ name: plainName, arguments: z.string() }),
  }),
).transform((sent): ToolCall => {
  const { id, function: called } = sent;
  return { id, name: called.name, arguments: called.arguments, ...sentFields(sent, called) };
});

/** A function by its name alone. */
export const namedFunction = z.object({ name: plainName });

/** A tool by its name alone. */
export const namedTool = functionsOnly("tool", z.object({ function: namedFunction })).transform(
  (tool) => tool.function.name,
);
