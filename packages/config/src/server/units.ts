import { z } from "zod";
import { oneOf, seconds as secondsField, text, trueOrFalse, wholeNumber, type About } from "../fields.ts";
import type { Unit } from "./option.ts";

function textUnit(placeholder: string): Unit<string, string> {
  return {
    form: "text",
    placeholder,
    schema: ({ description }) => text(description),
    // Blank text counts as not set.
    value: (written) => written || undefined,
    shown: (written) => written,
  };
}

export const host = textUnit("HOST");
export const path = textUnit("PATH");

/** Whole numbers. */
export function count(least: number, most: number, placeholder = "N"): Unit<number, number> {
  return {
    form: "text",
    placeholder,
    schema: (about) => wholeNumber(least, about, most),
    value: (written) => written,
    shown: (written) => written.toLocaleString("en"),
  };
}

/** Megabytes of 1024² bytes, bytes in the program. */
export const megabytes: Unit<number, number> = {
  form: "text",
  placeholder: "MB",
  schema: (about) => wholeNumber(1, about, 1_000_000),
  value: (written) => written * 1024 ** 2,
  shown: (written) => `${written.toLocaleString("en")} MB`,
};

/** Seconds, milliseconds in the program. `least` is 0 if that turns something off. */
export function seconds(least: 0 | 0.001): Unit<number, number> {
  return {
    form: "text",
    placeholder: "SECONDS",
    schema: (about) => secondsField(about, least),
    value: (written) => Math.round(1000 * written),
    shown: (written) => `${written.toLocaleString("en")} s`,
  };
}

const dayMs = 24 * 60 * 60 * 1000;

/** Days, milliseconds in the program. */
export const days: Unit<number, number> = {
  form: "text",
  placeholder: "DAYS",
  schema: (about) => wholeNumber(1, about, 3650),
  value: (written) => written * dayMs,
  shown: (written) => `${written.toLocaleString("en")} days`,
};

/** Minutes, milliseconds in the program. */
export const minutes: Unit<number, number> = {
  form: "text",
  placeholder: "MINUTES",
  schema: (about) => wholeNumber(0, about, 10_000),
  value: (written) => written * 60_000,
  shown: (written) => `${written.toLocaleString("en")} min`,
};

const storeError = "must be memory, off, sqlite:<file>, or the URL of a Postgres database";

/** Where runs are kept. */
export const store: Unit<string, string> = {
  form: "text",
  placeholder: "STORE",
  schema: ({ description, ...about }) =>
    z
      .string({ error: storeError })
      .regex(/^(?:memory|off|sqlite:.{1,4000}|postgres(?:ql)?:\/\/.{1,4000})$/, { error: storeError })
      .nullish()
      .meta({ ...about, description }),
  value: (written) => written,
  shown: (written) => written,
};

const sizeError = "must be a size above 0: bytes, or with a unit, such as 1.5mb";

/** Bytes, or with kb, mb or gb (of 1024 each). */
export const size: Unit<number | string, number> = {
  form: "text",
  placeholder: "SIZE",
  schema: ({ description, ...about }) =>
    z
      .union(
        [
          z.int({ error: sizeError }).min(1, { error: sizeError }),
          // Never 0, and at most as many digits as a number of bytes has: bytes alone are whole.
          z
            .string({ error: sizeError })
            .regex(/^(?=[0.]{0,16}[1-9])(\d{1,15}|\d{1,15}(\.\d{1,15})? {0,8}[kKmMgG][bB]|\d{1,15} {0,8}[bB])$/, {
              error: sizeError,
            }),
        ],
        { error: sizeError },
      )
      .nullish()
      .meta({ ...about, description: `${description} Bytes, or with kb, mb or gb (of 1024 each).` }),
  value: bytes,
  shown: (written) => String(written).replace(/ {0,8}([a-z]{1,2})$/i, (_, unit: string) => ` ${unit.toUpperCase()}`),
};

const unitBytes: ReadonlyMap<string, number> = new Map([
  ["k", 1024],
  ["m", 1024 ** 2],
  ["g", 1024 ** 3],
]);

/** Bytes of `20971520`, `20mb`, `1.5 MB`; the schema has checked the form. */
function bytes(written: number | string): number {
  if (typeof written === "number") return written;
  const unit = /[kmg]/i.exec(written)?.[0].toLowerCase() ?? "";
  return Math.max(1, Math.floor(Number.parseFloat(written) * (unitBytes.get(unit) ?? 1)));
}

/** True or false; a flag means true. */
export const yes: Unit<boolean, boolean> = {
  form: "switch",
  placeholder: "",
  schema: trueOrFalse,
  value: (written) => written,
  shown: String,
};

const booleanError = "must be true or false";

/** True or false, with a flag that says which: for what is on unless somebody turns it off. */
export const boolean: Unit<boolean | string, boolean> = {
  form: "text",
  placeholder: "BOOLEAN",
  words: ["true", "false"],
  schema: (about) =>
    z
      .union([z.boolean(), z.string().regex(/^(?:true|false)$/i, { error: booleanError })], { error: booleanError })
      .nullish()
      .meta({ ...about }),
  value: (written) => String(written).toLowerCase() === "true",
  shown: String,
};

/** One of some words. */
export function word<const Words extends readonly string[]>(
  placeholder: string,
  words: Words,
): Unit<Words[number], Words[number]> {
  return {
    form: "text",
    placeholder,
    words,
    schema: (about) => oneOf(words, about, []),
    value: (written) => written,
    shown: (written) => written,
  };
}

type Texts = string | readonly string[];

/** Several texts: a list, or one text with commas, alike in a file, a flag and a variable. */
function list(placeholder: string, pattern: RegExp, error: string): Unit<Texts, readonly string[]> {
  const texts = z.string({ error }).regex(pattern, { error });
  return {
    form: "list",
    placeholder,
    schema: (about: About) =>
      z
        .union([texts, z.array(texts, { error })], { error })
        .nullish()
        .meta({ ...about }),
    value: (written) => [written].flat().flatMap((text) => text.split(",").map((part) => part.trim())),
    shown: (written) => [written].flat().join(", "),
  };
}

// Desktop programs and extensions of browsers have schemes of their own: app://obsidian.md, file://.
/** `*`, or origins such as `https://app.example`. */
export const origins = list(
  "ORIGIN",
  /^(\*|https?:\/\/[^\s/?#@*,]+|(?!https?:)[a-z][a-z\d+.-]{0,40}:\/\/[^\s/?#@*,]*)( {0,8}, {0,8}(\*|https?:\/\/[^\s/?#@*,]+|(?!https?:)[a-z][a-z\d+.-]{0,40}:\/\/[^\s/?#@*,]*))*$/i,
  "must be * or an origin such as https://app.example, or a list of origins",
);

/** `*`, or host names, without scheme, port, path or user. */
export const hostNames = list(
  "NAME",
  /^(\*|\[[0-9a-f:.]+\]|[^\s/?#@:*[\]\\,]{1,253})( {0,8}, {0,8}(\*|\[[0-9a-f:.]+\]|[^\s/?#@:*[\]\\,]{1,253}))*$/i,
  "must be * or a host name such as massgen.example, without scheme and port, or a list of names",
);
