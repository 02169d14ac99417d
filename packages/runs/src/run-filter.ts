import type { RunSummary } from "./kept-run.ts";
import type { RunFilter } from "./run-store.ts";

/** The filters that a value has to equal, and the columns of `run` with these values. */
const equalities = [
  ["owner", "owner"],
  ["wire", "wire"],
  ["team", "team"],
  ["outcome", "outcome"],
  ["model", "model"],
  ["historyOnly", "history_only"],
  ["degraded", "degraded"],
] as const satisfies readonly (readonly [keyof RunFilter, string])[];

/**
 * The conditions of SQL that rows of `run` meet which a filter lets through.
 * @param place notes a value, and says how it is written in the statement
 */
export function conditionsOf(filter: RunFilter, place: (value: string | number) => string): readonly string[] {
  const { open, sinceMs, untilMs } = filter;
  const equal = equalities.flatMap(([name, column]) => {
    const value = filter[name];
    if (value === undefined) return [];
    return [`${column} = ${place(typeof value === "boolean" ? Number(value) : value)}`];
  });
  return [
    ...equal,
    ...(sinceMs === undefined ? [] : [`created_at >= ${place(sinceMs)}`]),
    ...(untilMs === undefined ? [] : [`created_at < ${place(untilMs)}`]),
    ...(open === undefined ? [] : [`ended_at is ${open ? "" : "not "}null`]),
  ];
}

/** Whether a filter lets a run through, where no database decides it. */
export function meets(
  run: Pick<RunSummary, "owner" | "wire" | "team" | "historyOnly" | "createdAtMs" | "end">,
  filter: RunFilter,
): boolean {
  const { owner, wire, team, historyOnly = false, createdAtMs, end } = run;
  const { outcome, model, degraded } = end ?? {};
  const values: Omit<RunFilter, "sinceMs" | "untilMs"> = {
    owner,
    wire,
    team,
    historyOnly,
    open: end === undefined,
    ...(outcome !== undefined && { outcome }),
    ...(model !== undefined && { model }),
    ...(degraded !== undefined && { degraded }),
  };
  const agrees = (name: keyof typeof values): boolean => filter[name] === undefined || filter[name] === values[name];
  const equal = agrees("open") && equalities.every(([name]) => agrees(name));
  const { sinceMs = -Infinity, untilMs = Infinity } = filter;
  return equal && createdAtMs >= sinceMs && createdAtMs < untilMs;
}
