import { listOf, numberOf, objectOf, objectsIn, textOf, type JsonObject } from "../wire/json-value.ts";

/**
 * A value that fits a JSON Schema, as far as its common words go (type, properties, required, items, enum, const, anyOf, oneOf, allOf,
 * local `$ref`, minimum, minItems, minLength, maxLength). Texts are `text`, cut to length.
 */
export function sampleOf(schema: JsonObject, text: string): unknown {
  return sample(schema, schema, text, 0);
}

function sample(schema: JsonObject, root: JsonObject, text: string, depth: number): unknown {
  if (depth > 20) return null;
  const inside = (inner: unknown): unknown => sample(objectOf(inner) ?? {}, root, text, depth + 1);
  if ("const" in schema) return schema["const"];
  const choices = listOf(schema["enum"]);
  if (choices.length > 0) return choices[0];
  const reference = textOf(schema["$ref"]);
  if (reference !== undefined) return inside(resolve(reference, root));
  const [either] = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])];
  if (either !== undefined) return inside({ ...schema, anyOf: [], oneOf: [], ...objectOf(either) });
  const parts = objectsIn(schema["allOf"]);
  if (parts.length > 0) return inside(parts.reduce((all, part) => ({ ...all, ...part }), { ...schema, allOf: [] }));

  const type = Array.isArray(schema["type"]) ? (schema["type"] as unknown[])[0] : schema["type"];
  switch (type ?? ("properties" in schema ? "object" : "string")) {
    case "object": {
      const required = new Set(listOf(schema["required"]));
      const fields = Object.entries(objectOf(schema["properties"]) ?? {}).filter(([name]) => required.has(name));
      return Object.fromEntries(fields.map(([name, field]) => [name, inside(field)]));
    }
    case "array":
      return Array.from({ length: Math.min(numberOf(schema["minItems"]) ?? 0, 100) }, () => inside(schema["items"]));
    case "integer":
    case "number":
      return numberOf(schema["minimum"]) ?? 0;
    case "boolean":
      return false;
    case "null":
      return null;
    default:
      return text.slice(0, numberOf(schema["maxLength"])).padEnd(numberOf(schema["minLength"]) ?? 0, ".");
  }
}

function resolve(reference: string, root: JsonObject): unknown {
  const steps = reference
    .replace(/^#\/?/, "")
    .split("/")
    .filter((step) => step !== "");
  return steps.reduce<unknown>((at, step) => objectOf(at)?.[step.replaceAll("~1", "/").replaceAll("~0", "~")], root);
}
