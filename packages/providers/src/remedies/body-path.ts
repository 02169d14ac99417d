import { objectOf, type JsonObject } from "../wire/json-value.ts";

/** Where a field stands in a body: `temperature`, or below other fields. */
export type BodyPath = readonly [string, ...string[]];

/** What stands at a path. */
export function at(body: JsonObject, [name, ...below]: readonly string[]): unknown {
  if (name === undefined || !Object.hasOwn(body, name)) return undefined;
  if (below.length === 0) return body[name];
  return at(objectOf(body[name]) ?? {}, below);
}

/** The body with something else at a path; undefined takes the field away, and what it alone stood in. */
export function withAt(body: JsonObject, [name, ...below]: readonly string[], value: unknown): JsonObject {
  if (name === undefined) return body;
  const put = below.length === 0 ? value : withAt(objectOf(body[name]) ?? {}, below, value);
  const empty = put === undefined || (below.length > 0 && Object.keys(objectOf(put) ?? {}).length === 0);
  if (!empty) return { ...body, [name]: put };
  const { [name]: _, ...rest } = body;
  return rest;
}
