import type { Sampling } from "@massgen/core/model";
import type { z } from "zod";

/**
 * What becomes of a request field: `honoured` by the server or the run; `passed on` to the models; `ignored` after its
 * check; `refused` with a 400, unless its value asks for nothing.
 */
export type Fate = "honoured" | "passed on" | "ignored" | "refused";

/** A request field: how it is checked, and what becomes of it. */
export interface RequestField<S extends z.ZodType = z.ZodType> {
  readonly fate: Fate;
  readonly schema: S;
  /** For the people who send it: values, limits, effect. */
  readonly note: string;
  /** What it is called in core, if it is one of sampling's. */
  readonly sampling?: keyof Sampling;
}

/**
 * The fields of an object. Schemas are made of such tables and the table in docs/requests.md is printed from them, so there is no
 * field that is read but not explained.
 */
export type FieldTable = Readonly<Record<string, RequestField>>;

type Shape<T extends FieldTable> = { -readonly [K in keyof T]: T[K]["schema"] };

/** The schemas of a table, as `z.object` takes them. */
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
