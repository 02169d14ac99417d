import type { ListedRun } from "./listed-run.ts";

/** A run in the list of runs. Times are in seconds since 1970; `null` stands for what is not known or not yet. */
export interface RunItem {
  readonly id: string;
  readonly object: "massgen.run";
  readonly status: RunStatus;
  readonly created_at: number;
  readonly ended_at: number | null;
  /** When the store lets it go. */
  readonly expires_at: number | null;
  /** The name of the key that asked for it. */
  readonly owner: string;
  /** The path at which it was asked for. */
  readonly endpoint: string;
  readonly background: boolean;
  /** A model name that means its team to everybody. */
  readonly team: string;
  /** The beginning of what was asked last. */
  readonly question: string;
  readonly outcome: string | null;
  readonly degraded: boolean | null;
  /** The agent whose answer won. */
  readonly winner: string | null;
  /** The model of the answer. */
  readonly model: string | null;
  readonly calls: number | null;
  /** As far as providers reported them. */
  readonly tokens: number | null;
  readonly cost_usd: number | null;
}

type RunStatus = "in_progress" | "completed" | "failed" | "cancelled";

export function toRunItem(run: ListedRun): RunItem {
  const { id, owner, wire, background, team, question, createdAtMs, expiresAtMs, end } = run;
  return {
    id,
    object: "massgen.run",
    status: statusOf(end?.outcome),
    created_at: seconds(createdAtMs),
    ended_at: end === undefined ? null : seconds(end.endedAtMs),
    expires_at: expiresAtMs === undefined ? null : seconds(expiresAtMs),
    owner,
    endpoint: wire,
    background,
    team,
    question,
    outcome: end?.outcome ?? null,
    degraded: end?.degraded ?? null,
    winner: end?.winner ?? null,
    model: end?.model ?? null,
    calls: end?.calls ?? null,
    tokens: end?.tokens ?? null,
    cost_usd: end?.costUsd ?? null,
  };
}

function statusOf(outcome: string | undefined): RunStatus {
  switch (outcome) {
    case undefined:
      return "in_progress";
    case "failed":
    case "cancelled":
      return outcome;
    default:
      return "completed";
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
