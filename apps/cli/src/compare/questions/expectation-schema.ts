import { z } from "zod";
import type { Expectation } from "../graders/expectation.ts";

const text = z.string().min(1).max(100_000);
const texts = z.union([text, z.array(text).min(1).max(100)]).transform((one) => (Array.isArray(one) ? one : [one]));
const oneWord = { error: "must be one of: equals, number, choice, regex, json, contains, command, judge" } as const;

/** Which flags of a pattern change what it finds; others only change how it is asked. */
const flags = z.string().regex(/^[imsu]{0,4}$/, "may hold i, m, s and u");

/** By the key that names the grader: the fields that it takes, and what they make. */
const graders = {
  equals: z.strictObject({ equals: texts }).transform(({ equals }): Expectation => ({ type: "equals", texts: equals })),
  number: z
    .strictObject({ number: z.number(), tolerance: z.number().min(0).default(0) })
    .transform(({ number: value, tolerance }): Expectation => ({ type: "number", value, tolerance })),
  choice: z
    .strictObject({ choice: z.string().regex(/^[A-Za-z]$/, "must be one letter") })
    .transform(({ choice }): Expectation => ({ type: "choice", letter: choice.toUpperCase() })),
  regex: z
    .strictObject({ regex: z.string().min(1).max(2000), flags: flags.default("") })
    .transform(({ regex: source, ...rest }): Expectation => ({ type: "regex", source, ...rest })),
  json: z
    .strictObject({
      json: z
        .strictObject({ equals: z.json().optional(), schema: z.record(z.string(), z.unknown()).optional() })
        .refine(({ equals, schema }) => equals !== undefined || schema !== undefined, "needs `equals` or `schema`"),
    })
    .transform(({ json: { equals, schema } }): Expectation => ({
      type: "json",
      ...(equals !== undefined && { value: equals }),
      ...(schema && { schema }),
    })),
  contains: z
    .strictObject({ contains: texts })
    .transform(({ contains }): Expectation => ({ type: "contains", texts: contains })),
  command: z
    .strictObject({
      command: z.array(text).min(1).max(100),
      timeout_seconds: z.number().positive().max(600).default(10),
    })
    .transform(({ command, timeout_seconds: seconds }): Expectation => ({
      type: "command",
      command,
      limitMs: 1000 * seconds,
    })),
  judge: z
    .strictObject({ judge: z.strictObject({ reference: text, rubric: text.default("Which answer is better?") }) })
    .transform(({ judge }): Expectation => ({ type: "judge", ...judge })),
} as const;

/** A bare text or number is what the answer must equal. */
export const expectationSchema = z.unknown().transform((value, context): Expectation => {
  const written = typeof value === "string" ? { equals: value } : typeof value === "number" ? { number: value } : value;
  const isObject = typeof written === "object" && written !== null && !Array.isArray(written);
  const named = isObject ? Object.entries(graders).filter(([name]) => Object.hasOwn(written, name)) : [];
  const [grader] = named;
  if (!grader || named.length > 1) {
    context.addIssue({ code: "custom", message: oneWord.error });
    return z.NEVER;
  }
  const read = grader[1].safeParse(written);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues) context.addIssue({ code: "custom", path: [...path], message });
  return z.NEVER;
});
