import type { AccountLimits } from "@massgen/core";

/** Limits as a configuration writes them: `max_concurrency 2, requests_per_minute 60`. */
export function limitWords({ maxConcurrency, requestsPerMinute, tokensPerMinute }: AccountLimits): string {
  const words: readonly (readonly [string, number | undefined])[] = [
    ["max_concurrency", maxConcurrency],
    ["requests_per_minute", requestsPerMinute],
    ["tokens_per_minute", tokensPerMinute],
  ];
  return words.flatMap(([name, limit]) => (limit === undefined ? [] : [`${name} ${limit}`])).join(", ");
}
