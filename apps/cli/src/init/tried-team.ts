import type { Registry } from "@massgen/providers";
import type { TrialRow } from "../live/trial-table.ts";
import { tryTeam } from "../live/try-team.ts";
import { buildTeam } from "../teams/built-team.ts";
import type { Choice, ProposedAgent } from "./propose-team.ts";
import { withStandIns } from "./stand-ins.ts";

/** An agent, and what its model did when it was called. */
export interface TriedAgent {
  readonly agent: ProposedAgent;
  readonly row: TrialRow;
}

/** What a team is tried with. */
export interface Tryout {
  readonly registry: Registry;
  /** Models that may take the place of those that turn out to be missing. */
  readonly spare: readonly Choice[];
  /** Takes a line about what is done. */
  readonly tell: (line: string) => void;
}

/**
 * Calls each agent once, all at the same time. Where a service does not have a model after all, a spare one takes its
 * place and is called too, as long as there are any.
 */
export async function triedTeam(
  agents: readonly ProposedAgent[],
  { registry, spare, tell }: Tryout,
): Promise<readonly TriedAgent[]> {
  const known = new Map<string, TrialRow>();
  const called = new Set(agents.map(modelOf));
  let team = agents;
  for (;;) {
    const fresh = team.filter((agent) => !known.has(keyOf(agent)));
    tell(`Calling each agent once: ${fresh.map(({ model }) => model).join(", ")}...`);
    const rows = await tried(fresh, registry);
    for (const [at, agent] of fresh.entries()) {
      const row = rows[at];
      if (row !== undefined) known.set(keyOf(agent), row);
    }
    const missing = team.filter((agent) => known.get(keyOf(agent))?.trial.model === "no");
    const untried = spare.filter((choice) => !called.has(modelOf(choice)));
    const next = withStandIns(team, missing, untried);
    if (next.replaced.length === 0) break;
    team = next.agents;
    for (const { model, by } of next.replaced) {
      called.add(modelOf(by));
      tell(`${model.type} does not have ${model.model}: ${by.model}${serviceOf(by, model)} takes its place.`);
    }
  }
  return team.flatMap((agent) => {
    const row = known.get(keyOf(agent));
    return row === undefined ? [] : [{ agent, row }];
  });
}

const modelOf = ({ type, model }: Choice): string => `${type} ${model}`;
const keyOf = (agent: ProposedAgent): string => `${agent.id} ${modelOf(agent)}`;

function serviceOf(by: Choice, model: Choice): string {
  return by.type === model.type ? "" : ` of ${by.type}`;
}

/** A local server may have to load a model first. */
const limitMs = 120_000;

/** Rows in the order of the agents. */
async function tried(agents: readonly ProposedAgent[], registry: Registry): Promise<readonly TrialRow[]> {
  const configured = agents.map(({ id, type, model, temperature }) => ({
    id,
    backend: { type, model, sampling: temperature === undefined ? {} : { temperature }, options: {} },
  }));
  const team = buildTeam(configured, registry);
  await registry.describe.lookUp();
  return (await tryTeam(team, { whole: false, limitMs })).rows;
}
