import { objectOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** A body with more fields. One whose value is an object is merged with the object that stands there. */
export function merged(body: JsonObject, ...additions: readonly (JsonObject | undefined)[]): JsonObject {
  const result: Record<string, unknown> = { ...body };
  for (const [name, value] of additions.flatMap((fields) => Object.entries(fields ?? {}))) {
    const [before, more] = [objectOf(result[name]), objectOf(value)];
    result[name] = before !== undefined && more !== undefined ? { ...before, ...more } : value;
  }
  return result;
}
