import type { AgentFigures, RunFigures, RunSummary } from "@massgen/runs";

/** Sums over runs, as `GET /massgen/sums` gives them. */
export interface Sums {
  readonly runs: number;
  readonly days: readonly DaySums[];
  /** Those that took part in the most runs first, at most {@link mostAgents}. */
  readonly agents: readonly AgentSums[];
  readonly positions: readonly PositionSums[];
}

/** The runs of one team that began on one day. */
interface DaySums extends Omit<DayCount, "outcomes"> {
  readonly outcomes: Readonly<Record<string, number>>;
}

/** The same while it is added up. */
interface DayCount {
  /** In UTC: `2026-07-31`. */
  readonly day: string;
  /** The model name that means the team to everybody. */
  readonly team: string;
  /** With those that have not ended. */
  runs: number;
  readonly outcomes: Map<string, number>;
  degraded: number;
  calls: number;
  /** As far as providers reported them. */
  tokens: number;
  /** `null` if nothing is known. */
  cost_usd: number | null;
  cost_complete: boolean;
  readonly saved: Record<SavedBy, { calls: number; tokens: number | null }>;
}

type SavedBy = "agreement" | "early_stop" | "lazy";

/** An agent with a model, over all runs. */
interface AgentSums {
  readonly agent: string;
  readonly model: string;
  runs: number;
  won: number;
  agreed: number;
  failed: number;
  too_slow: number;
  not_needed: number;
  cost_usd: number | null;
}

/** How many votes went to the answer that stood at one place, of so many. */
interface PositionSums {
  readonly candidates: number;
  readonly position: number;
  votes: number;
}

/** Clients may name models, and each makes an agent of its own. */
export const mostAgents = 200;

/** Adds up runs, in whatever order they come. */
export class SumsFold {
  #runs = 0;
  readonly #days = new Map<string, DayCount>();
  readonly #agents = new Map<string, AgentSums>();
  readonly #positions = new Map<string, PositionSums>();

  add({ createdAtMs, team, end }: Pick<RunSummary, "createdAtMs" | "team" | "end">): void {
    this.#runs += 1;
    const date = new Date(createdAtMs).toISOString().slice(0, 10);
    const day = entry(this.#days, `${date} ${team}`, () => emptyDay(date, team));
    day.runs += 1;
    if (end === undefined) return;
    const { outcome, degraded, calls, tokens, costUsd, winner, figures } = end;
    day.outcomes.set(outcome, (day.outcomes.get(outcome) ?? 0) + 1);
    if (degraded) day.degraded += 1;
    day.calls += calls;
    day.tokens += tokens;
    day.cost_usd = plus(day.cost_usd, costUsd);
    if (figures?.costComplete !== true) day.cost_complete = false;
    if (figures === undefined) return;
    addSaved(day, figures);
    for (const agent of figures.agents) this.#addAgent(agent, winner);
    for (const [candidates, position] of figures.votes) {
      entry(this.#positions, `${candidates} ${position}`, () => ({ candidates, position, votes: 0 })).votes += 1;
    }
  }

  #addAgent({ id, model, status, agreed, costUsd }: AgentFigures, winner: string | undefined): void {
    const sums = entry(this.#agents, JSON.stringify([id, model]), () => emptyAgent(id, model));
    sums.runs += 1;
    if (id === winner) sums.won += 1;
    if (agreed) sums.agreed += 1;
    if (status === "failed") sums.failed += 1;
    if (status === "too-slow") sums.too_slow += 1;
    if (status === "not-needed") sums.not_needed += 1;
    sums.cost_usd = plus(sums.cost_usd, costUsd);
  }

  sums(): Sums {
    return {
      runs: this.#runs,
      days: [...this.#days.values()]
        .toSorted((a, b) => compare(b.day, a.day) || compare(a.team, b.team))
        .map((day) => ({ ...day, outcomes: Object.fromEntries(day.outcomes) })),
      agents: [...this.#agents.values()]
        .toSorted((a, b) => b.runs - a.runs || compare(a.agent, b.agent) || compare(a.model, b.model))
        .slice(0, mostAgents),
      positions: [...this.#positions.values()].toSorted(
        (a, b) => a.candidates - b.candidates || a.position - b.position,
      ),
    };
  }
}

/** The tokens are an estimate: a call that was not made takes as many as those of its run that were. */
function addSaved({ saved }: DayCount, { saved: by, tokensPerCall }: RunFigures): void {
  for (const [name, calls] of [
    ["agreement", by.agreement],
    ["early_stop", by.earlyStop],
    ["lazy", by.lazy],
  ] as const) {
    saved[name].calls += calls;
    if (calls > 0 && tokensPerCall !== undefined) {
      saved[name].tokens = plus(saved[name].tokens, calls * tokensPerCall);
    }
  }
}

function emptyDay(day: string, team: string): DayCount {
  const none = () => ({ calls: 0, tokens: null });
  return {
    day,
    team,
    runs: 0,
    outcomes: new Map(),
    degraded: 0,
    calls: 0,
    tokens: 0,
    cost_usd: null,
    cost_complete: true,
    saved: { agreement: none(), early_stop: none(), lazy: none() },
  };
}

function emptyAgent(agent: string, model: string): AgentSums {
  return { agent, model, runs: 0, won: 0, agreed: 0, failed: 0, too_slow: 0, not_needed: 0, cost_usd: null };
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

function plus(sum: number | null, more: number | undefined): number | null {
  return more === undefined ? sum : (sum ?? 0) + more;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
