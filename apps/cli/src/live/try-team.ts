import { type Agent, type Clock, systemClock } from "@massgen/core";
import type { BuiltTeam } from "../teams/built-team.ts";
import type { TrialRow } from "./trial-table.ts";
import { tryModel } from "./trial.ts";

/** What the agents of a team did when their models were tried. */
export interface TeamTrial {
  /** Each agent, its fallback behind it. */
  readonly rows: readonly TrialRow[];
  /** The agents that cannot take part in a run, not even with their fallback. */
  readonly absent: readonly string[];
}

export interface TeamTrialOptions {
  /** The most milliseconds of a call. */
  readonly limitMs: number;
  /** Whether JSON and images are tried as well. */
  readonly whole: boolean;
  readonly clock?: Pick<Clock, "now">;
}

/** Tries all models of a team at the same time, as far as their accounts let calls through. */
export async function tryTeam(
  { team, types, fallbackTypes }: BuiltTeam,
  { limitMs, whole, clock = systemClock }: TeamTrialOptions,
): Promise<TeamTrial> {
  const tried = await Promise.all(
    team.agents.map(async (agent, at) => {
      const options = { limitMs, whole, clock };
      const [trial, second] = await Promise.all([
        tryModel(agent, options),
        agent.fallback && tryModel(withSystem(agent.fallback, agent), options),
      ]);
      const own = { name: agent.id, model: `${types[at] ?? ""} ${agent.model.model}`, trial };
      const fallback = agent.fallback &&
        second && {
          name: `${agent.id}, else`,
          model: `${fallbackTypes[at] ?? ""} ${agent.fallback.model.model}`,
          trial: second,
        };
      return { id: agent.id, rows: fallback ? [own, fallback] : [own] };
    }),
  );
  return {
    rows: tried.flatMap(({ rows }) => rows),
    absent: tried.filter(({ rows }) => rows.every(({ trial }) => !trial.takesPart)).map(({ id }) => id),
  };
}

function withSystem<Model>(model: Model, { systemMessage }: Agent): Model & Pick<Agent, "systemMessage"> {
  return { ...model, ...(systemMessage !== undefined && { systemMessage }) };
}
