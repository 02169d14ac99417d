import type { Fact } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import type { KeptRun, RunEnd } from "@massgen/runs";
import type { ListedRun } from "../run-source.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A page of a list. Undefined for what is none. */
export function readPage(body: unknown): readonly ListedRun[] | undefined {
  if (!isObject(body) || body["object"] !== "list" || !Array.isArray(body["data"])) return undefined;
  try {
    return body["data"].map(readItem);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** A kept run and its facts. Undefined for what is none. */
export function readLog(
  body: unknown,
  id: string,
): { readonly run: KeptRun; readonly facts: readonly Fact[] } | undefined {
  if (!isObject(body) || !isObject(body["run"]) || !Array.isArray(body["facts"])) return undefined;
  const { run, facts } = body;
  const { setup, request, team, createdAtMs, rules } = run;
  const headed = typeof team === "string" && Number.isFinite(createdAtMs) && Number.isFinite(rules);
  if (!headed || run["id"] !== id || !isObject(setup) || !isObject(request)) return undefined;
  if (!Array.isArray(setup["members"]) || !isObject(setup["settings"])) return undefined;
  if (!Array.isArray(request["messages"]) || !facts.every(isFact)) return undefined;
  // Servers keep it to themselves. Only the marks in prompts are made from it, and nothing is asked here.
  const kept = { ...run, setup: { ...setup, secret: noSecret } } as unknown as KeptRun;
  return folds(kept, facts) ? { run: kept, facts } : undefined;
}

/** Whether these rules can fold a log, which another version may have written in other words. */
function folds({ setup }: KeptRun, facts: readonly Fact[]): boolean {
  try {
    const next = replay(setup);
    for (const fact of facts) next(fact);
    return true;
  } catch {
    return false;
  }
}

/** In place of a run's secret. */
const noSecret = "0".repeat(16);

/** @throws TypeError for what is no run */
function readItem(item: unknown): ListedRun {
  if (!isObject(item)) throw new TypeError("no run");
  const end = readEnd(item);
  const expiresAt = item["expires_at"];
  return {
    id: text(item["id"]),
    owner: text(item["owner"]),
    wire: text(item["endpoint"]),
    background: item["background"] === true,
    team: text(item["team"]),
    createdAtMs: number(item["created_at"]) * 1000,
    ...(expiresAt !== null && { expiresAtMs: number(expiresAt) * 1000 }),
    question: text(item["question"]),
    ...(end && { end }),
  };
}

function readEnd(item: Fields): RunEnd | undefined {
  const { winner, model, cost_usd: costUsd } = item;
  if (item["outcome"] === null) return undefined;
  return {
    endedAtMs: number(item["ended_at"]) * 1000,
    outcome: text(item["outcome"]),
    degraded: item["degraded"] === true,
    calls: number(item["calls"]),
    tokens: number(item["tokens"]),
    ...(costUsd !== null && { costUsd: number(costUsd) }),
    ...(model !== null && { model: text(model) }),
    ...(winner !== null && { winner: text(winner) }),
  };
}

function isFact(value: unknown): value is Fact {
  return isObject(value) && typeof value["type"] === "string" && Number.isFinite(value["atMs"]);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("no text");
  return value;
}

function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new TypeError("no number");
  return value;
}
