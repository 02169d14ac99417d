import { objectsIn, textOf } from "./json-value.ts";

/** Anything that can look up a header: `Headers` of any fetch. */
export interface HeaderSource {
  readonly get: (name: string) => string | null;
}

/**
 * How long to wait before the next try, in milliseconds, from `retry-after-ms` or `retry-after` (seconds or an HTTP date).
 *
 * @param nowMs the current time, for dates
 */
export function retryAfterOf(headers: HeaderSource | undefined, nowMs: number): number | undefined {
  const exact = headers?.get("retry-after-ms")?.trim();
  if (exact !== undefined && /^\d+(\.\d+)?$/.test(exact)) return Math.round(Number(exact));
  const value = headers?.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** The same from the `RetryInfo` among Google's error details (`"retryDelay": "34.4s"`). */
export function retryDelayOf(details: unknown): number | undefined {
  for (const detail of objectsIn(details)) {
    const delay = textOf(detail["retryDelay"]);
    const amount = delay === undefined ? undefined : /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1];
    if (amount !== undefined) return Math.round(Number(amount) * 1000);
  }
  return undefined;
}
