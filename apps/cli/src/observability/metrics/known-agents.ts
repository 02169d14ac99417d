import type { BuiltTeam } from "../../teams/built-team.ts";
import type { ServedTeam } from "../../teams/served-team.ts";

/** The labels of an agent in a metric. */
export interface AgentLabels {
  readonly agent: string;
  readonly type: string;
  readonly model: string;
}

/** The names that metrics may show. Clients can make up model names, so all but configured ones are `other`. */
export interface KnownAgents {
  /** Adds the names of agents, models and teams to those known before. */
  readonly add: (served: {
    /** All agents; absent when nothing is configured. */
    readonly roster?: BuiltTeam;
    readonly teams: readonly Pick<ServedTeam, "name">[];
  }) => void;
  /** The same object each time, for all that show the same. */
  readonly labelsOf: (agentId: string, model: string) => AgentLabels;
  /** The agents of configured teams. */
  readonly agents: () => readonly AgentLabels[];
  /** The names of teams, and those of agents alone; empty for the one team that has none. */
  readonly teams: () => readonly string[];
  /** The label for the `model` of a request. */
  readonly modelLabel: (asked: string | undefined) => string;
  /** The label for a team's name; empty for the one team that has none. */
  readonly teamLabel: (name: string | undefined) => string;
}

const other = "other";

export function knownAgents(): KnownAgents {
  const configured = new Map<string, AgentLabels>();
  /** Bounded by what is configured. */
  const others = new Map<string, AgentLabels>();
  const agents = new Set(["agent_1", "agent_2", "agent_3"]);
  const models = new Set(["massgen"]);
  const teamNames = new Set([""]);
  const keyOf = (agentId: string, model: string): string => JSON.stringify([agentId, model]);
  function otherOf(agentId: string, ofModel: string): AgentLabels {
    const agent = agents.has(agentId) ? agentId : other;
    const model = models.has(ofModel) ? ofModel : other;
    const key = keyOf(agent, model);
    const labels = others.get(key) ?? { agent, type: other, model };
    others.set(key, labels);
    return labels;
  }
  return {
    add({ roster, teams }) {
      const know = (agent: string, model: string, type = other): void => {
        configured.set(keyOf(agent, model), { agent, type, model });
        models.add(model);
      };
      for (const [i, { id, model, fallback }] of roster?.team.agents.entries() ?? []) {
        agents.add(id);
        know(id, model.model, roster?.types[i]);
        if (fallback) know(id, fallback.model.model, roster?.fallbackTypes[i]);
        teamNames.add(`agent:${id}`);
      }
      for (const { name } of teams) if (name !== undefined) teamNames.add(name);
    },
    labelsOf: (agentId, model) => configured.get(keyOf(agentId, model)) ?? otherOf(agentId, model),
    agents: () => [...configured.values()],
    teams: () => [...teamNames],
    modelLabel: (asked = "massgen") => {
      const name = asked.replace(/^massgen\/model:/, "");
      const isTeam = asked.startsWith("massgen/") && teamNames.has(asked.slice("massgen/".length));
      return isTeam ? asked : models.has(name) ? name : other;
    },
    teamLabel: (name = "") => (teamNames.has(name) ? name : other),
  };
}
