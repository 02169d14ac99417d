import { objectsIn, textOf } from "./json-value.ts";

/** Anything that can look up a header: `Headers` of any fetch. */
export interface HeaderSource {
  readonly get: (name: string) => string | null;
}

/** The longest wait that is believed, in milliseconds: a day. Longer ones count as this. */
export const longestWaitMs = 24 * 60 * 60 * 1000;

/** The most characters of a value that are read. */
const readCharacters = 64;

/**
 * An HTTP date begins with the day of the week and has a time of day. Other texts that `Date.parse` accepts are no
 * dates.
 */
const httpDate = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? .{5,20}\d\d:\d\d:\d\d/i;

/**
 * How long to wait before the next try, in milliseconds, from `retry-after-ms` or `retry-after` (seconds or an HTTP
 * date): a whole number from 0 to {@link longestWaitMs}, undefined where nothing readable was said.
 *
 * @param nowMs the current time, for dates
 */
export function retryAfterOf(headers: HeaderSource | undefined, nowMs: number): number | undefined {
  const exactMs = amountOf(headers?.get("retry-after-ms"), 1);
  if (exactMs !== undefined) return exactMs;
  const value = headers?.get("retry-after");
  const waitMs = amountOf(value, 1000);
  if (waitMs !== undefined) return waitMs;
  const text = value?.trim().slice(0, readCharacters) ?? "";
  const date = httpDate.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : waitOf(date - nowMs);
}

/** The wait from the `RetryInfo` among Google's error details (`"retryDelay": "34.4s"`). */
export function retryDelayOf(details: unknown): number | undefined {
  for (const detail of objectsIn(details)) {
    const delay = textOf(detail["retryDelay"]);
    const waitMs = delay?.endsWith("s") ? amountOf(delay.slice(0, -1), 1000) : undefined;
    if (waitMs !== undefined) return waitMs;
  }
  return undefined;
}

/** A decimal number as a wait. A number with more digits than are read is beyond the longest wait anyway. */
function amountOf(value: string | null | undefined, unitMs: number): number | undefined {
  const text = value?.slice(0, readCharacters).trim() ?? "";
  return /^\d{1,64}(?:\.\d{0,64})?$/.test(text) ? waitOf(Number(text) * unitMs) : undefined;
}

function waitOf(ms: number): number {
  return Math.min(longestWaitMs, Math.max(0, Math.round(ms)));
}
