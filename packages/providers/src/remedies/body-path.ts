import { objectOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** The path of a field in a body: `temperature`, or nested in other fields. */
export type BodyPath = readonly [string, ...string[]];

/** The value at a path. */
export function at(body: JsonObject, [name, ...below]: readonly string[]): unknown {
  if (name === undefined || !Object.hasOwn(body, name)) return undefined;
  if (below.length === 0) return body[name];
  return at(objectOf(body[name]) ?? {}, below);
}

/** The body with another value at a path. Undefined removes the field, and objects that are empty without it. */
export function withAt(body: JsonObject, [name, ...below]: readonly string[], value: unknown): JsonObject {
  if (name === undefined) return body;
  const put = below.length === 0 ? value : withAt(objectOf(body[name]) ?? {}, below, value);
  const empty = put === undefined || (below.length > 0 && Object.keys(objectOf(put) ?? {}).length === 0);
  if (!empty) return { ...body, [name]: put };
  const { [name]: _, ...rest } = body;
  return rest;
}
