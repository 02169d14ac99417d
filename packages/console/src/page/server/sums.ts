/** How many calls were not made, and what they would have taken. */
export interface Saved {
  readonly calls: number;
  /** An estimate; null where there is none. */
  readonly tokens: number | null;
}

/** What the runs of a team came to in a day of UTC. */
export interface DaySums {
  readonly day: string;
  readonly team: string;
  readonly runs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly degraded: number;
  readonly tokens: number | null;
  readonly cost_usd: number | null;
  readonly cost_complete: boolean;
  readonly saved: { readonly agreement: Saved; readonly early_stop: Saved; readonly lazy: Saved };
}

/** How an agent did. */
export interface AgentSums {
  readonly agent: string;
  readonly model: string;
  readonly runs: number;
  readonly won: number;
  readonly agreed: number;
  readonly failed: number;
  readonly too_slow: number;
  readonly not_needed: number;
  readonly cost_usd: number | null;
}

/** Votes for the answer at a place of the ballot. */
export interface PositionSums {
  /** How many answers were on the ballot. */
  readonly candidates: number;
  /** From 1. */
  readonly position: number;
  readonly votes: number;
}

/** `GET /massgen/sums`. */
export interface Sums {
  readonly since: number;
  /** False where there were more runs than are counted; the newest were. */
  readonly complete: boolean;
  readonly runs: number;
  readonly days: readonly DaySums[];
  readonly agents: readonly AgentSums[];
  readonly positions: readonly PositionSums[];
}
