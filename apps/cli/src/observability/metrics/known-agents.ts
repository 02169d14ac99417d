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
  /** The agents of configured teams. */
  readonly agents: () => readonly AgentLabels[];
  /** What {@link KnownAgents.modelLabel} may return, but for `other`. */
  readonly models: () => readonly string[];
  /** The label for the `model` of a request. */
  readonly modelLabel: (asked: string | undefined) => string;
}

const other = "other";

export function knownAgents(): KnownAgents {
  const configured = new Map<string, AgentLabels>();
  const agents = new Set(["agent_1", "agent_2", "agent_3"]);
  const models = new Set(["massgen"]);
  const keyOf = (agentId: string, model: string): string => JSON.stringify([agentId, model]);
  return {
    add(built) {
      for (const [i, { id, model }] of built?.team.agents.entries() ?? []) {
        const labels = { agent: id, type: built?.types[i] ?? other, model: model.model };
        configured.set(keyOf(id, model.model), labels);
        agents.add(id);
        models.add(model.model);
      }
    },
    labelsOf: (agentId, model) =>
      configured.get(keyOf(agentId, model)) ?? {
        agent: agents.has(agentId) ? agentId : other,
        type: other,
        model: models.has(model) ? model : other,
      },
    agents: () => [...configured.values()],
    models: () => [...models],
    modelLabel: (asked = "massgen") => {
      const name = asked.replace(/^massgen\/model:/, "");
      return models.has(name) ? name : other;
    },
  };
}
