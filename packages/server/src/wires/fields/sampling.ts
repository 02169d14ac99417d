import type { Sampling } from "@massgen/core/model";
import { z } from "zod";
import { honoured, passedOn, type FieldTable, type RequestField } from "./field-table.ts";

/** The most stop sequences; services that accept fewer get the first ones. */
const mostStops = 64;

const stop = z
  .custom<string | readonly string[]>(
    (value) =>
      typeof value === "string" ||
      (Array.isArray(value) && value.length <= mostStops && value.every((entry: unknown) => typeof entry === "string")),
    { error: `must be a string or a list of up to ${mostStops} strings` },
  )
  .transform((texts) => (texts.length === 0 ? undefined : typeof texts === "string" ? [texts] : texts));

const int64 = 2 ** 63;

const seed = z
  .number()
  .min(-int64)
  .max(int64)
  .refine((value) => Number.isInteger(value), { error: "must be a whole number" });

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max", "auto"] as const;

/**
 * All sampling parameters under core's names, converted to core's values; undefined asks for nothing. Wires may use
 * other names: see {@link sampled}.
 */
const rows = {
  temperature: passedOn(z.number().min(0).max(2), "0 to 2"),
  topP: passedOn(z.number().min(0).max(1), "0 to 1"),
  maxOutputTokens: passedOn(
    // Several local servers use -1 for no limit.
    z
      .int()
      .min(-1)
      .transform((tokens) => (tokens > 0 ? tokens : undefined)),
    "limits the answer, while `usage` counts all calls; 0 and -1 count as absent",
  ),
  stop: passedOn(
    stop,
    "a string or up to 64 of them; services that take 4 get the first 4; an empty list counts as absent",
  ),
  seed: honoured(seed, "decides the team's draws; each agent gets a seed made of it"),
  frequencyPenalty: passedOn(z.number().min(-2).max(2), "-2 to 2"),
  presencePenalty: passedOn(z.number().min(-2).max(2), "-2 to 2"),
  reasoningEffort: passedOn(
    z.enum(efforts).transform((effort) => (effort === "auto" ? undefined : effort)),
    "`none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`; `auto` counts as absent",
  ),
} satisfies { readonly [Name in keyof Sampling]-?: RequestField<z.ZodType<Sampling[Name]>> };

type Rows = typeof rows;

/** A wire's field for a sampling parameter, under the wire's own name. Null counts as absent. */
export function sampled<Name extends keyof Rows>(name: Name, note?: string) {
  const { fate, schema, note: usual }: Rows[Name] = rows[name];
  return { fate, schema: z.nullish(schema), note: note ?? usual, sampling: name };
}

/**
 * The values of a table's {@link sampled} fields. Among several for one parameter, the first that asks for something
 * applies.
 */
export function samplingOf(fields: FieldTable, request: object): Sampling {
  const read = new Map<string, unknown>(Object.entries(request));
  const sampling = new Map<string, unknown>();
  for (const [field, { sampling: name }] of Object.entries(fields)) {
    if (name === undefined || sampling.has(name)) continue;
    const value = read.get(field) ?? undefined;
    if (value !== undefined) sampling.set(name, value);
  }
  return Object.fromEntries(sampling);
}
