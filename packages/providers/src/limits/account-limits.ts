import { MassgenError, type AccountLimits } from "@massgen/core/model";

/** The limits by their names in a configuration. */
const names = {
  maxConcurrency: "max_concurrency",
  requestsPerMinute: "requests_per_minute",
  tokensPerMinute: "tokens_per_minute",
} as const;

const fields = Object.keys(names) as (keyof AccountLimits)[];

/**
 * Merges what two backends say about the limits of their account.
 * @throws MassgenError `configuration` for a limit below 1, or one that they give differently
 */
export function mergedLimits(type: string, known: AccountLimits, added: AccountLimits): AccountLimits {
  for (const field of fields) {
    const [before, now] = [known[field], added[field]];
    if (now === undefined) continue;
    if (!(Number.isInteger(now) && now >= 1)) {
      throw new MassgenError("configuration", `backend ${type}: ${names[field]} must be a whole number, 1 or more`);
    }
    if (before !== undefined && before !== now) {
      const message = `backend ${type}: ${names[field]} is ${now} here and ${before} in another backend with the same key and address; write the same in both, or leave it out in one`;
      throw new MassgenError("configuration", message);
    }
  }
  const given = Object.entries(added).filter(([, value]) => value !== undefined);
  return { ...known, ...Object.fromEntries(given) };
}

/** Limits as a configuration writes them: `max_concurrency 2, requests_per_minute 60`; empty where there are none. */
export function limitWords(limits: AccountLimits): string {
  return fields
    .flatMap((field) => (limits[field] === undefined ? [] : [`${names[field]} ${limits[field]}`]))
    .join(", ");
}
