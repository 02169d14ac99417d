import { z } from "zod";
import { isMapping } from "./plain-tree.ts";
import { configSchema } from "./schema.ts";

const variable = { type: "string", pattern: "\\$\\{[A-Za-z_]\\w*(:-[^}]*)?\\}" } as const;

/**
 * The JSON Schema (draft 7, which editors know best) of a configuration file as written: `${VAR}` may stand for any
 * value, and every key may be left without one.
 */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, {
    target: "draft-7",
    io: "input",
    override: ({ jsonSchema }) => {
      if (jsonSchema.enum === undefined && jsonSchema.pattern === undefined && !isPlainScalar(jsonSchema.type)) return;
      const literal = { ...jsonSchema };
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
      jsonSchema.anyOf = [literal, { ...variable }];
    },
  });
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, flattened(value)]));
}

function isPlainScalar(type: unknown): boolean {
  return type === "number" || type === "integer" || type === "boolean";
}

/** Choices that consist of nothing but choices become one list without repetition. */
function flattened(node: unknown): unknown {
  if (Array.isArray(node)) {
    const items = node.map(flattened).flatMap((item) => (isMapping(item) && isChoice(item) ? item.anyOf : [item]));
    return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
  }
  if (!isMapping(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, flattened(value)]));
}

function isChoice(node: Record<string, unknown>): node is { anyOf: unknown[] } {
  return Array.isArray(node["anyOf"]) && Object.keys(node).length === 1;
}
