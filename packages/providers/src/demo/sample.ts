import { listOf, numberOf, objectOf, objectsIn, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

const deepest = 20;
/** The most values of one sample. It bounds schemas that refer to themselves or ask for long lists. */
const mostValues = 5000;
/** The longest text, even if `minLength` asks for more. */
const longestText = 10_000;
/** From this depth on, alternatives without a reference are preferred, so that recursive values end. */
const deepEnough = 3;

/**
 * A value that fits a JSON Schema, as far as its common words go (type, properties, required, items, prefixItems, enum,
 * const, anyOf, oneOf, allOf, local `$ref`, format, and the bounds of numbers, texts and lists). Texts are `text`, cut
 * to length. At most 20 levels and 5000 values; what a schema asks for beyond that is null.
 */
export function sampleOf(schema: JsonObject, text: string): unknown {
  return sample(schema, { root: schema, text, left: mostValues }, 0);
}

interface Sampling {
  readonly root: JsonObject;
  readonly text: string;
  /** How many more values may be made. */
  left: number;
}

function sample(schema: JsonObject, sampling: Sampling, depth: number): unknown {
  sampling.left -= 1;
  if (depth > deepest || sampling.left < 0) return null;
  const { root, text } = sampling;
  const inside = (inner: unknown): unknown => sample(objectOf(inner) ?? {}, sampling, depth + 1);
  if ("const" in schema) return schema["const"];
  const allowed = listOf(schema["enum"]);
  if (allowed.length > 0) return allowed[0];
  const reference = textOf(schema["$ref"]);
  if (reference !== undefined) return inside(resolve(reference, root));
  const { anyOf, oneOf, allOf, ...rest } = schema;
  const choices = [...objectsIn(anyOf), ...objectsIn(oneOf)];
  const either = choices.find((choice) => depth < deepEnough || !("$ref" in choice)) ?? choices[0];
  const parts = [...(either === undefined ? [] : [either]), ...objectsIn(allOf)];
  if (parts.length > 0) return inside(parts.map((part) => referredBy(part, root)).reduce(merged, rest));

  switch (typeOf(schema)) {
    case "object": {
      const fields = objectOf(schema["properties"]) ?? {};
      const required = listOf(schema["required"]).slice(0, mostValues);
      const names = required.filter((name) => typeof name === "string");
      return Object.fromEntries(
        names.map((name) => [name, inside(Object.hasOwn(fields, name) ? fields[name] : undefined)]),
      );
    }
    case "array": {
      const first = listOf(schema["prefixItems"]);
      const length = Math.min(Math.max(numberOf(schema["minItems"]) ?? 0, first.length), 100);
      return Array.from({ length }, (_, at) => inside(first[at] ?? schema["items"]));
    }
    case "integer":
      return numberFor(schema, true);
    case "number":
      return numberFor(schema, false);
    case "boolean":
      return false;
    case "null":
      return null;
    default:
      return textFor(schema, text);
  }
}

function typeOf(schema: JsonObject): unknown {
  const type = Array.isArray(schema["type"]) ? (schema["type"] as unknown[])[0] : schema["type"];
  return type ?? ("properties" in schema ? "object" : "items" in schema ? "array" : "string");
}

/** 0, or the bound nearest to it; a whole multiple where the schema asks for one. */
function numberFor(schema: JsonObject, wholeSteps: boolean): number {
  const [least, most] = [numberOf(schema["minimum"]) ?? -Infinity, numberOf(schema["maximum"]) ?? Infinity];
  const [above, below] = [numberOf(schema["exclusiveMinimum"]), numberOf(schema["exclusiveMaximum"])];
  const [low, high] = [Math.max(least, above ?? -Infinity), Math.min(most, below ?? Infinity)];
  const step = numberOf(schema["multipleOf"]) ?? (wholeSteps ? 1 : undefined);
  const [first, last] =
    step === undefined ? [low, high] : [Math.ceil(low / step) * step, Math.floor(high / step) * step];
  const next = step ?? Math.min(1, (high - low) / 2);
  const inBounds = (value: number): boolean =>
    Number.isFinite(value) && value >= low && value <= high && value !== above && value !== below;
  return [0, first, first + next, last, last - next].find(inBounds) ?? 0;
}

const textsByFormat: ReadonlyMap<unknown, string> = new Map([
  ["date", "2000-01-01"],
  ["date-time", "2000-01-01T00:00:00Z"],
  ["time", "00:00:00Z"],
  ["duration", "PT0S"],
  ["email", "demo@example.com"],
  ["hostname", "example.com"],
  ["uri", "https://example.com/"],
  ["uuid", "00000000-0000-4000-8000-000000000000"],
  ["ipv4", "192.0.2.1"],
  ["ipv6", "2001:db8::1"],
]);

function textFor(schema: JsonObject, text: string): string {
  const fixed = textsByFormat.get(schema["format"]);
  const least = Math.min(numberOf(schema["minLength"]) ?? 0, longestText);
  return fixed ?? text.slice(0, numberOf(schema["maxLength"])).padEnd(least, ".");
}

/** Merges two schemas that a value has to fit both. */
function merged(one: JsonObject, other: JsonObject): JsonObject {
  const properties = { ...objectOf(one["properties"]), ...objectOf(other["properties"]) };
  const required = [...listOf(one["required"]), ...listOf(other["required"])];
  return { ...one, ...other, ...(Object.keys(properties).length > 0 && { properties, required }) };
}

function referredBy(schema: JsonObject, root: JsonObject): JsonObject {
  const reference = textOf(schema["$ref"]);
  return (reference === undefined ? undefined : objectOf(resolve(reference, root))) ?? schema;
}

function resolve(reference: string, root: JsonObject): unknown {
  const steps = reference
    .replace(/^#\/?/, "")
    .split("/")
    .filter((step) => step !== "");
  return steps.reduce<unknown>((at, step) => memberOf(at, step.replaceAll("~1", "/").replaceAll("~0", "~")), root);
}

function memberOf(value: unknown, name: string): unknown {
  const object = objectOf(value);
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}
