import { MassgenError } from "@massgen/core";
import type { RunPage } from "@massgen/runs";

/** The filters of lists, as typed. */
export interface FilterFlags {
  readonly outcome?: string;
  readonly degraded?: boolean;
  readonly team?: string;
  readonly model?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly after?: string;
}

/** What a run can have come to; `open` while it goes on. */
const outcomes = ["unanimous", "majority", "plurality", "tied", "single", "failed", "cancelled", "open"];

const usualLimit = 20;
const highestLimit = 1000;

/**
 * The page of a list that is asked for.
 * @param nowMs milliseconds since 1970
 * @throws MassgenError `configuration`, which names the flag and what it takes
 */
export function pageOf({ outcome, degraded, team, model, since, limit, after }: FilterFlags, nowMs: number): RunPage {
  if (outcome !== undefined && !outcomes.includes(outcome)) throw wrong("outcome", outcomes.join(", "), outcome);
  return {
    limit: limitOf(limit),
    ...(outcome !== undefined && (outcome === "open" ? { open: true } : { outcome })),
    ...(degraded === true && { degraded }),
    ...(team !== undefined && { team: teamOf(team) }),
    ...(model !== undefined && { model }),
    ...(since !== undefined && { sinceMs: sinceOf(since, nowMs) }),
    ...(after !== undefined && { after: runIdOf(after) }),
  };
}

/** Teams are kept by the model name under which clients find them. */
function teamOf(team: string): string {
  return team === "massgen" || team.includes("/") ? team : `massgen/${team}`;
}

/** The id of a run, from any of the ids that clients see. */
export function runIdOf(id: string): string {
  const [, digits] = /^(?:run_|resp_|chatcmpl-)([0-9a-f]{32})$/.exec(id) ?? [];
  return digits === undefined ? id : `run_${digits}`;
}

function limitOf(limit: string | undefined): number {
  if (limit === undefined) return usualLimit;
  const count = /^\d{1,6}$/.test(limit) ? Number(limit) : 0;
  if (count >= 1 && count <= highestLimit) return count;
  throw wrong("limit", `a whole number from 1 to ${highestLimit}`, limit);
}

const unitMs = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);

/** Milliseconds since 1970 of `90m`, `12h`, `7d`, `2w` ago, or of a date. */
function sinceOf(since: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d{1,5})([mhdw])$/.exec(since) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (unitMs.get(unit) ?? 0);
  // A date without a time, or with one, in UTC unless it says otherwise.
  const [, day, time = "00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?(Z|[+-]\d\d:\d\d)?$/.exec(since) ?? [];
  const ms = day === undefined ? NaN : Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(ms))
    throw wrong("since", "30m, 12h, 7d, 2w, or a date such as 2026-01-31 or 2026-01-31T12:00Z", since);
  return ms;
}

function wrong(flag: string, takes: string, given: string): MassgenError {
  return new MassgenError("configuration", `--${flag}: must be ${takes}, not ${JSON.stringify(given.slice(0, 60))}.`);
}
