import type { Sampling } from "@massgen/core/model";
import type { z } from "zod";

/**
 * How a request field is treated: `honoured` by the server or the run; `passed on` to the models; `ignored` once
 * checked; `refused` with a 400, unless its value asks for nothing.
 */
export type Fate = "honoured" | "passed on" | "ignored" | "refused";

/** A request field: its check and its treatment. */
export interface RequestField<S extends z.ZodType = z.ZodType> {
  readonly fate: Fate;
  readonly schema: S;
  /** Documents values, limits and effect. */
  readonly note: string;
  /** Core's name of the sampling parameter, if it is one. */
  readonly sampling?: keyof Sampling;
}

/**
 * The fields of an object. The schemas and the table in docs/requests.md are both made from such tables, so every field
 * that is read is documented.
 */
export type FieldTable = Readonly<Record<string, RequestField>>;

type Shape<T extends FieldTable> = { -readonly [K in keyof T]: T[K]["schema"] };

/** A table's schemas, for `z.object`. */
export function shapeOf<T extends FieldTable>(fields: T): Shape<T> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.schema])) as Shape<T>;
}

export function honoured<S extends z.ZodType>(schema: S, note: string): RequestField<S> {
  return { fate: "honoured", schema, note };
}

export function passedOn<S extends z.ZodType>(schema: S, note: string): RequestField<S> {
  return { fate: "passed on", schema, note };
}

export function ignored<S extends z.ZodType>(schema: S, note: string): RequestField<S> {
  return { fate: "ignored", schema, note };
}

export function refused<S extends z.ZodType>(schema: S, note: string): RequestField<S> {
  return { fate: "refused", schema, note };
}
