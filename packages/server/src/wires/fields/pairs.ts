import { z } from "zod";
import { isObject, report, type IssueSink } from "./field.ts";

interface PairLimits {
  readonly most: number;
  /** Characters. */
  readonly longestKey: number;
  /** Characters. */
  readonly longestValue: number;
}

/** An object of strings that fails at its size limit or its first bad pair. */
export function pairs(limits: PairLimits) {
  return z
    .unknown()
    .superRefine((value, context) => {
      if (value === undefined || value === null) return;
      if (isObject(value)) checkPairs(Object.entries(value), limits, context);
      else report(context, "invalid_type", "must be an object");
    })
    .optional();
}

function checkPairs(
  entries: readonly (readonly [string, unknown])[],
  { most, longestKey, longestValue }: PairLimits,
  sink: IssueSink,
): void {
  if (entries.length > most) {
    report(sink, "invalid_value", `must have at most ${most} pairs`);
    return;
  }
  for (const [key, value] of entries) {
    if (key.length > longestKey) report(sink, "invalid_value", "has too long a name", [key]);
    else if (typeof value !== "string") report(sink, "invalid_type", "must be a string", [key]);
    else if (value.length > longestValue) {
      report(sink, "invalid_value", `must have at most ${longestValue} characters`, [key]);
    }
  }
}
