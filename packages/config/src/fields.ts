import { z } from "zod";
import type { IgnoredKeys } from "./known-keys.ts";

// Every field has one error message, "must be ...", which says what would be right. Optional fields may be written
// without a value (YAML's null), which means that they are not set.

/** What a field is for, and its default: for editors. */
export interface About {
  readonly description: string;
  readonly default?: string | number | boolean;
}

/** Any text; an empty one counts as not set. */
export function text(description: string) {
  return z.string({ error: "must be text" }).nullish().meta({ description });
}

export function number(min: number, max: number, about: About) {
  const error = `must be a number from ${min} to ${max}`;
  return z
    .number({ error })
    .min(min, { error })
    .max(max, { error })
    .nullish()
    .meta({ ...about });
}

/** The most dollars that anything may cost. */
const mostDollars = 1_000_000;

/** Dollars above 0. */
export function dollars(about: About) {
  const error = `must be a number of dollars, more than 0 and at most ${mostDollars}`;
  return z
    .number({ error })
    .gt(0, { error })
    .max(mostDollars, { error })
    .nullish()
    .meta({ ...about });
}

/** Dollars for a million tokens: 0 for what costs nothing. */
export function price(description: string) {
  const error = `must be a number of dollars for a million tokens, from 0 to ${mostDollars}`;
  return z.number({ error }).min(0, { error }).max(mostDollars, { error }).meta({ description });
}

export function wholeNumber(min: number, about: About, max = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `, ${min} or more` : ` from ${min} to ${max}`;
  const error = `must be a whole number${min === Number.MIN_SAFE_INTEGER ? "" : range}`;
  return z
    .int({ error })
    .min(min, { error })
    .max(max, { error })
    .nullish()
    .meta({ ...about });
}

/** Timers take milliseconds as a 32-bit number. */
const maxSeconds = 2_147_483;

/** A time; `least` is 0 if that turns something off, else a millisecond. */
export function seconds(about: About, least: 0 | 0.001 = 0.001) {
  const from = least === 0 ? "0 or more" : "more than 0";
  const error = `must be a number of seconds, ${from} and at most ${maxSeconds} (24 days)`;
  return z
    .number({ error })
    .min(least, { error })
    .max(maxSeconds, { error })
    .nullish()
    .meta({ ...about });
}

export function trueOrFalse(about: About) {
  return z
    .boolean({ error: "must be true or false" })
    .nullish()
    .meta({ ...about });
}

/** One of some words. `others` are accepted as well, but not recommended. */
export function oneOf<const Words extends readonly string[], const Others extends readonly string[]>(
  words: Words,
  about: About,
  others: Others,
) {
  const error = `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return z
    .enum<[...Words, ...Others]>([...words, ...others], { error })
    .nullish()
    .meta({ ...about });
}

/** A mapping with these keys and no others. `ignored` keys were removed before; editors show that they do nothing. */
export function section<Shape extends z.ZodRawShape>(name: string, shape: Shape, ignored: IgnoredKeys = {}) {
  const deprecated = Object.fromEntries(
    Object.entries(ignored).map(([key, hint]) => {
      const description = `Ignored: a server for text agents does not use it${hint === undefined ? "" : `; ${hint}`}.`;
      return [key, z.unknown().optional().meta({ deprecated: true, description })];
    }),
  );
  // The ignored keys are no part of the type: nobody reads them.
  return z.strictObject<Shape>({ ...shape, ...deprecated }, { error: mappingError(name) });
}

/** The error for what is not a mapping. Unknown keys have messages of their own. */
export function mappingError(what: string): string {
  return `must be a mapping of ${what}`;
}
