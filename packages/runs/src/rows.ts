import { readHead, writeHead } from "./head.ts";
import { type KeptRun, type RunEnd, type RunSummary, wireOf } from "./kept-run.ts";
import type { RunFigures } from "./run-figures.ts";
import type { Sealer } from "./sealer.ts";
import { StoreError } from "./store-error.ts";

/** A row of `run` as lists read it. */
export interface SummaryRow {
  readonly id: string;
  readonly owner: string;
  readonly wire: string;
  readonly previous: string | null;
  readonly background: number;
  readonly history_only: number;
  readonly rules: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly ended_at: number | null;
  readonly team: string;
  readonly model: string | null;
  readonly outcome: string | null;
  readonly degraded: number | null;
  readonly calls: number | null;
  readonly tokens: number | null;
  readonly cost_usd: number | null;
  readonly bytes: number;
  readonly summary: Uint8Array;
}

/** The columns of {@link SummaryRow}. */
export const summaryColumns =
  "id, owner, wire, previous, background, history_only, rules, created_at, expires_at, ended_at, team, model, outcome, degraded, calls, tokens, cost_usd, length(head) as bytes, summary";

/** What a summary says that is sealed. */
interface SealedSummary {
  readonly question: string;
  readonly winner?: string;
  readonly figures?: RunFigures;
}

/** The place of each sealed part: it can be opened there only. */
export const placeOf = {
  head: (id: string) => `head of ${id}`,
  summary: (id: string) => `summary of ${id}`,
  fact: (id: string, seq: number) => `fact ${seq} of ${id}`,
} as const;

/**
 * What was written as JSON.
 * @throws StoreError `unsuitable` for what is damaged, and as the sealer does
 */
export function openJson(sealer: Sealer, bytes: Uint8Array, place: string): unknown {
  const text = sealer.open(bytes, place);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StoreError("unsuitable", `${place} is damaged`, { cause });
  }
}

/** The run in a row's head. @throws StoreError as {@link openJson} does */
export function runIn(head: Uint8Array, id: string, sealer: Sealer): KeptRun {
  return readHead(openJson(sealer, head, placeOf.head(id)));
}

/** A list shows the others, too, where one row is damaged. */
function summaryIn({ id, summary }: SummaryRow, sealer: Sealer): SealedSummary {
  try {
    return openJson(sealer, summary, placeOf.summary(id)) as SealedSummary;
  } catch (error) {
    if (error instanceof StoreError && error.reason === "unsuitable") return { question: "" };
    throw error;
  }
}

export function toSummary(row: SummaryRow, sealer: Sealer): RunSummary {
  const { question, ...ending } = summaryIn(row, sealer);
  const end = row.ended_at === null ? undefined : endOf(row, row.ended_at, ending);
  return {
    id: row.id,
    owner: row.owner,
    wire: row.wire,
    ...(row.previous !== null && { previous: row.previous }),
    background: row.background === 1,
    ...(row.history_only === 1 && { historyOnly: true }),
    team: row.team,
    rules: row.rules,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    question,
    bytes: row.bytes,
    ...(end !== undefined && { end }),
  };
}

function endOf(row: SummaryRow, endedAtMs: number, { winner, figures }: Omit<SealedSummary, "question">): RunEnd {
  return {
    endedAtMs,
    outcome: row.outcome ?? "",
    degraded: row.degraded === 1,
    calls: row.calls ?? 0,
    tokens: row.tokens ?? 0,
    ...(row.cost_usd !== null && { costUsd: row.cost_usd }),
    ...(row.model !== null && { model: row.model }),
    ...(winner !== undefined && { winner }),
    ...(figures !== undefined && { figures }),
  };
}

/** The values of a new row, by the names of its columns. */
export function toRow(
  run: KeptRun,
  question: string,
  sealer: Sealer,
): Record<string, string | number | null | Uint8Array> & { readonly head: Uint8Array } {
  return {
    id: run.id,
    owner: run.owner,
    wire: wireOf(run),
    previous: run.previous ?? null,
    background: run.background ? 1 : 0,
    history_only: run.historyOnly === true ? 1 : 0,
    rules: run.rules,
    created_at: run.createdAtMs,
    expires_at: run.expiresAtMs,
    team: run.team,
    summary: sealer.seal(JSON.stringify({ question }), placeOf.summary(run.id)),
    head: headOf(run, sealer),
  };
}

function headOf(run: KeptRun, sealer: Sealer): Uint8Array {
  return sealer.seal(writeHead(run), placeOf.head(run.id));
}

/**
 * The values that a row gets when its run ends.
 * @param run see `RunStore.end`
 */
export function toEndRow(
  id: string,
  question: string,
  end: RunEnd,
  sealer: Sealer,
  run?: KeptRun,
): Record<string, string | number | null | Uint8Array> {
  const { winner, figures } = end;
  const summary: SealedSummary = { question, ...(winner !== undefined && { winner }), ...(figures && { figures }) };
  return {
    ended_at: end.endedAtMs,
    model: end.model ?? null,
    outcome: end.outcome,
    degraded: end.degraded ? 1 : 0,
    calls: end.calls,
    tokens: end.tokens,
    cost_usd: end.costUsd ?? null,
    summary: sealer.seal(JSON.stringify(summary), placeOf.summary(id)),
    ...(run !== undefined && { head: headOf(run, sealer) }),
  };
}

/** The question in a sealed summary. */
export function questionIn(summary: Uint8Array, id: string, sealer: Sealer): string {
  return (openJson(sealer, summary, placeOf.summary(id)) as SealedSummary).question;
}
