import type { ServedTeam } from "../../teams/engine.ts";

/** An agent by what a metric may call it. */
export interface AgentLabels {
  readonly agent: string;
  readonly type: string;
  readonly model: string;
}

/** The names that metrics may show. Clients name models as they like: what no configuration names is `other`. */
export interface KnownAgents {
  /** Adds those of a team; what was known stays known. */
  readonly add: (served: ServedTeam | undefined) => void;
  readonly labelsOf: (agentId: string, model: string) => AgentLabels;
  /** For what a request asks for. */
  readonly modelLabel: (asked: string | undefined) => string;
}

const other = "other";

export function knownAgents(): KnownAgents {
  const types = new Map<string, string>();
  const agents = new Set(["agent_1", "agent_2", "agent_3"]);
  const models = new Set(["massgen"]);
  const keyOf = (agentId: string, model: string): string => JSON.stringify([agentId, model]);
  return {
    add(served) {
      for (const [i, { id, model }] of served?.team.agents.entries() ?? []) {
        types.set(keyOf(id, model.model), served?.types[i] ?? other);
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
