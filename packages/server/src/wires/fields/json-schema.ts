import type { JsonSchema } from "@massgen/core/model";
import { z } from "zod";
import { isObject, report } from "./field.ts";

const deepest = 200;

/** A JSON Schema as sent: an object with limited nesting. Its users check the content. */
export const jsonSchema = z
  .custom<JsonSchema>(isObject, { error: "must be an object: a JSON Schema", params: { code: "invalid_type" } })
  .superRefine((schema, context) => {
    if (isDeeper(schema, deepest)) report(context, "invalid_value", `must not be nested deeper than ${deepest} levels`);
  });

/** The schema of a tool's arguments, which are always an object. */
export const parametersSchema = jsonSchema.superRefine((schema, context) => {
  const type = isObject(schema) ? schema["type"] : undefined;
  if (typeof type === "string" && type !== "object") {
    report(context, "invalid_value", 'must be "object": the arguments of a call are an object', ["type"]);
  }
});

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((entry) => isDeeper(entry, levels - 1));
}
