import { MassgenError } from "@massgen/core/model";

/** What one account may be asked for, by all agents that call it together. */
export interface BackendLimits {
  /** Calls at the same time; a call counts until its answer has ended. */
  readonly maxConcurrency?: number;
  /** Calls sent within any 60 seconds. */
  readonly requestsPerMinute?: number;
  /** Tokens of the calls sent within any 60 seconds: estimated when a call is sent, as reported once it ended. */
  readonly tokensPerMinute?: number;
}

/** The limits by their names in a configuration. */
const names = {
  maxConcurrency: "max_concurrency",
  requestsPerMinute: "requests_per_minute",
  tokensPerMinute: "tokens_per_minute",
} as const;

const fields = Object.keys(names) as (keyof BackendLimits)[];

/**
 * What two backends of one account say together.
 * @throws MassgenError `configuration` for a limit below 1, or one that they give differently
 */
export function mergedLimits(type: string, known: BackendLimits, added: BackendLimits): BackendLimits {
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

/** The limits in the words of a configuration: `max_concurrency 2, requests_per_minute 60`; empty without any. */
export function limitWords(limits: BackendLimits): string {
  return fields
    .flatMap((field) => (limits[field] === undefined ? [] : [`${names[field]} ${limits[field]}`]))
    .join(", ");
}
