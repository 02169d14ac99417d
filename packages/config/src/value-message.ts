import type { z } from "zod";
import type { Reference } from "./interpolate.ts";
import { otherSensitivities } from "./known-keys.ts";
import { nearest } from "./nearest.ts";
import { isMapping } from "./plain-tree.ts";
import { quotable } from "./quotable.ts";

/**
 * The message about a value that the schema refuses: the field's own "must be ..." and what is there instead.
 * @param reference set when the value came from variables: then it is never shown
 */
export function valueMessage(issue: z.core.$ZodIssue, value: unknown, reference: Reference | undefined): string {
  if (value === undefined) return `is missing; it ${issue.message}`;
  if (reference === undefined) return `${issue.message}${instead(issue, value)}`;
  const variables = reference.names.map((name) => `\${${name}}`).join(" and ");
  return `${issue.message}, which the value of ${variables} is not`;
}

function instead(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === null) return ", not empty";
  if (typeof value === "boolean") return `, not ${value}`;
  if (typeof value === "number") return wantsNumber(issue) ? `, not ${value}` : ", not a number; put it in quotes";
  if (issue.code === "invalid_value" && typeof value === "string")
    return insteadOfWord(issue.values.map(String), value);
  if (issue.code !== "invalid_type" && issue.code !== "invalid_union") return "";
  if (typeof value === "string") return issue.code === "invalid_type" ? ", not text" : "";
  return isMapping(value) ? ", not a mapping" : ", not a list";
}

function wantsNumber(issue: z.core.$ZodIssue): boolean {
  if (issue.code === "invalid_type") return issue.expected === "number" || issue.expected === "int";
  return issue.code === "too_small" || issue.code === "too_big";
}

function insteadOfWord(words: readonly string[], written: string): string {
  const near = nearest(
    written,
    words.filter((word) => !otherSensitivities.some((other) => other === word)),
  );
  const shown = quotable(written) ? `, not "${written}"` : "";
  return near === undefined ? shown : `${shown}; did you mean ${near}?`;
}
