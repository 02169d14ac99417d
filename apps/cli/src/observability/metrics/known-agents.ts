import type { BuiltTeam } from "../../teams/built-team.ts";

/** The labels of an agent in a metric. */
export interface AgentLabels {
  readonly agent: string;
  readonly type: string;
  readonly model: string;
}

/** The names that metrics may show. Clients can make up model names, so all but configured ones are `other`. */
export interface KnownAgents {
  /** Adds the names of a team to those known before. */
  readonly add: (built: BuiltTeam | undefined) => void;
  readonly labelsOf: (agentId: string, model: string) => AgentLabels;
  /** The label for the `model` of a request. */
  readonly modelLabel: (asked: string | undefined) => string;
}

const other = "other";

export function knownAgents(): KnownAgents {
  const types = new Map<string, string>();
  const agents = new Set(["agent_1", "agent_2", "agent_3"]);
  const models = new Set(["massgen"]);
  const keyOf = (agentId: string, model: string): string => JSON.stringify([agentId, model]);
  return {
    add(built) {
      for (const [i, { id, model }] of built?.team.agents.entries() ?? []) {
        types.set(keyOf(id, model.model), built?.types[i] ?? other);
        agents.add(id);
        models.add(model.model);
      }
    },
    labelsOf: (agentId, model) => ({
      agent: agents.has(agentId) ? agentId : other,
      type: types.get(keyOf(agentId, model)) ?? other,
      model: models.has(model) ? model : other,
    }),
    modelLabel: (asked = "massgen") => {
      const name = asked.replace(/^massgen\/model:/, "");
      return models.has(name) ? name : other;
    },
  };
}
