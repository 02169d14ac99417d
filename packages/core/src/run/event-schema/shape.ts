import type { JsonSchema } from "../../model/chat-request.ts";

type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];
type SchemasOf<K extends PropertyKey> = { readonly [P in K]: JsonSchema };

/**
 * The schema of an object type, with a schema for each field. Does not compile unless it lists the type's fields
 * exactly. Objects may hold no other fields: new ones need a new version of the log.
 */
export function shape<T>(
  required: SchemasOf<Exclude<keyof T, OptionalKeys<T>>>,
  optional: SchemasOf<OptionalKeys<T>>,
): JsonSchema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

/** An enum of all the words of a union type. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it is what makes callers list every word
export function word<T extends string>(words: { readonly [W in T]: true }): JsonSchema {
  return { enum: Object.keys(words) };
}

export function list(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

/** A reference to one of the schema's definitions. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

export const text: JsonSchema = { type: "string" };
export const flag: JsonSchema = { type: "boolean" };
export const count: JsonSchema = { type: "integer", minimum: 0 };
/** Milliseconds, not always whole. */
export const time: JsonSchema = { type: "number", minimum: 0 };
export const dollars: JsonSchema = { type: "number", minimum: 0 };
