import type { RunPage } from "@massgen/runs";
import type { Request } from "express";
import { ProblemError } from "../../problem.ts";
import type { Engine } from "../../runs/engine.ts";
import { numberIn } from "./kept.ts";

type Query = Pick<Request, "query">;

/** The longest page of a list. */
const mostRuns = 100;
const usualRuns = 20;

const outcomes = ["unanimous", "majority", "plurality", "tied", "single", "failed", "cancelled", "open"];
const names = ["limit", "after", "outcome", "degraded", "team", "model", "since"];
const sumNames = ["since", "until", "team"];
const longest = 256;

/**
 * What a request wants to see of the list of runs.
 * @throws ProblemError `invalid-value` for what there is not: a filter that is misspelt would show everything
 */
export function runQuery(req: Query, engine: Pick<Engine, "find">): Omit<RunPage, "owner"> {
  refuseOthers(req, names);
  const after = textIn(req, "after");
  const outcome = wordIn(req, "outcome", outcomes);
  const degraded = wordIn(req, "degraded", ["true", "false"]);
  const team = textIn(req, "team");
  const model = textIn(req, "model");
  const sinceMs = timeIn(req, "since");
  return {
    limit: numberIn(req, "limit", usualRuns, 1, mostRuns),
    ...(after !== undefined && { after }),
    ...(outcome !== undefined && (outcome === "open" ? { open: true } : { outcome })),
    ...(degraded !== undefined && { degraded: degraded === "true" }),
    ...(team !== undefined && { team: fullName(team, engine) }),
    ...(model !== undefined && { model }),
    ...(sinceMs !== undefined && { sinceMs }),
  };
}

/**
 * Over which runs a request wants sums: those of the last 30 days, today included, unless it says otherwise.
 * @param nowMs milliseconds since 1970
 * @throws ProblemError `invalid-value`
 */
export function sumsQuery(
  req: Query,
  engine: Pick<Engine, "find">,
  nowMs: number,
): { readonly sinceMs: number; readonly untilMs: number; readonly team?: string } {
  refuseOthers(req, sumNames);
  const team = textIn(req, "team");
  return {
    sinceMs: timeIn(req, "since") ?? (Math.floor(nowMs / dayMs) - 29) * dayMs,
    untilMs: timeIn(req, "until") ?? nowMs + 1,
    ...(team !== undefined && { team: fullName(team, engine) }),
  };
}

const dayMs = 24 * 60 * 60 * 1000;

function refuseOthers({ query }: Query, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const param = unknown.slice(0, longest);
  refuse(param, `There is no '${param}' here. This takes ${known.join(", ")}.`);
}

/** A team's runs are kept under the model name that means it to everybody; its own name is enough. */
function fullName(team: string, { find }: Pick<Engine, "find">): string {
  if (find === undefined || team === "massgen" || team.startsWith("massgen/")) return team;
  try {
    // Where a plain name means the model of that name, its runs are kept under it.
    if (find(team).model === team) return team;
  } catch {
    // A name of no team today may have been one.
  }
  return `massgen/${team}`;
}

function textIn({ query }: Query, name: string): string | undefined {
  const said = query[name];
  if (said === undefined) return undefined;
  if (typeof said === "string" && said !== "" && said.length <= longest) return said;
  return refuse(name, `'${name}' must be given once, with 1 to ${longest} characters.`);
}

function wordIn(req: Query, name: string, words: readonly string[]): string | undefined {
  const said = textIn(req, name);
  if (said === undefined || words.includes(said)) return said;
  return refuse(name, `'${name}' must be one of ${words.join(", ")}.`);
}

/** A date with or without a time, as in ISO 8601, or seconds since 1970. In milliseconds since 1970. */
function timeIn(req: Query, name: string): number | undefined {
  const said = textIn(req, name);
  if (said === undefined) return undefined;
  // Fewer digits are no time of a run; a year, perhaps.
  if (/^\d{9,12}(\.\d{1,3})?$/.test(said)) return Number(said) * 1000;
  const ms = /^\d{4}-\d\d-\d\d(T[\d:.]{5,12}(Z|[+-]\d\d:\d\d)?)?$/.test(said) ? Date.parse(said) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  return refuse(name, `'${name}' must be seconds since 1970, or a date such as 2026-07-31 or 2026-07-31T09:00:00Z.`);
}

function refuse(param: string, message: string): never {
  throw new ProblemError("invalid-value", message, { param });
}
