import type { AgentConfig, MassgenConfig } from "@massgen/config";
import { MassgenError, type Team } from "@massgen/core";
import type { Registry } from "@massgen/providers";
import { teamModel, type Engine, type FoundTeam, type ModelInfo } from "@massgen/server";
import { buildTeam } from "./built-team.ts";
import { withModel } from "./model-override.ts";
import type { ServedTeam } from "./served-team.ts";
import { agentPrefix, findTeam, modelNames, modelPrefix, type Names } from "./team-finder.ts";
import { teamOfThree } from "./team-of-three.ts";

export interface EngineSettings extends Omit<Names, "teams" | "defaultTeam" | "agents"> {
  readonly registry: Registry;
  readonly teams: readonly ServedTeam[];
  readonly defaultTeam?: ServedTeam;
  readonly agents: readonly AgentConfig[];
  /** Holds for agents alone, and where no team has settings of its own. */
  readonly coordination?: MassgenConfig["coordination"];
  /** Seconds since 1970. */
  readonly created: number;
}

/** Model names come from clients, so the teams made for them are limited. */
const maxTeams = 64;

/** Finds the team for the `model` of a request, and starts its runs. */
export function createEngine(settings: EngineSettings): Engine {
  const { registry, defaultTeam, agents, coordination, authority, created } = settings;
  const named = new Map(settings.teams.map((served) => [modelOf(served), served.built.team]));
  const made = new Map<string, Team>();
  const remember = (name: string, make: () => Team): Team => {
    const team = made.get(name) ?? make();
    const oldest = made.keys().next();
    if (!made.has(name) && made.size >= maxTeams && !oldest.done) made.delete(oldest.value);
    made.set(name, team);
    return team;
  };
  const onModel = (model: string): Team => {
    const changed = authority && defaultTeam ? withModel(defaultTeam.agents, model, registry.types()) : undefined;
    const others = changed === undefined ? coordination : defaultTeam?.coordination;
    return buildTeam(changed ?? teamOfThree(model, registry), registry, others).team;
  };
  /** One call: what only several agents need is left out. */
  const alone = (id: string): Team => {
    const agent = agents.filter((one) => one.id === id);
    return buildTeam(agent, registry, coordination && withoutQuorum(coordination)).team;
  };
  const teamOf = ({ model }: FoundTeam): Team => {
    const team = named.get(model);
    if (team !== undefined) return team;
    return remember(model, () => {
      if (model.startsWith(agentPrefix)) return alone(model.slice(agentPrefix.length));
      return onModel(model.startsWith(modelPrefix) ? model.slice(modelPrefix.length) : model);
    });
  };
  // Limits of local services, and prices, must be known before the first call. Most are known since the start.
  const known = () => Promise.all([registry.describe.lookUp(), registry.prices.load()]);
  const find = (model: string | undefined, allowed?: readonly string[]): FoundTeam =>
    findTeam(settings, model, allowed);
  const headOf = (id: string) => ({ id, created, ownedBy: "massgen" });
  const described = (id: string, allowed?: readonly string[]): ModelInfo | undefined => {
    try {
      const found = find(id, allowed);
      return teamModel(teamOf(found), { ...headOf(id), name: titleOf(id, found) });
    } catch (error) {
      // No such model, or one whose key is missing: a request for it is told which.
      if (MassgenError.isInstance(error)) return undefined;
      throw error;
    }
  };
  return {
    find,
    async start({ model, request }) {
      const team = teamOf(find(model));
      await known();
      return team.run(request);
    },
    async team(model) {
      const team = teamOf(find(model));
      await known();
      return team;
    },
    models: (allowed) =>
      modelNames({ ...settings, models: modelsOf(defaultTeam) }, allowed).map(
        (id) => described(id, allowed) ?? headOf(id),
      ),
    model: described,
    // Teams are built, and their keys looked up, before the server listens.
    ready: () => true,
  };
}

type Coordination = MassgenConfig["coordination"];

function withoutQuorum(coordination: Coordination): Coordination {
  const { quorum: _, stragglerGraceMs: __, ...rest } = coordination;
  return rest;
}

/** The models of a team's agents. */
export function modelsOf(served: ServedTeam | undefined): readonly string[] {
  return served?.built.team.agents.map(({ model }) => model.model) ?? [];
}

function modelOf({ name }: ServedTeam): string {
  return name === undefined ? "massgen" : `massgen/${name}`;
}

/** What people read in a list of models. */
function titleOf(id: string, { model, name }: FoundTeam): string {
  if (model.startsWith(agentPrefix)) return `MassGen: ${model.slice(agentPrefix.length)} alone`;
  if (name !== undefined && id !== "massgen" && !id.startsWith(modelPrefix)) return `MassGen: ${name}`;
  return id === "massgen" || model === "massgen" ? "MassGen" : `MassGen on ${id.replace(modelPrefix, "")}`;
}
