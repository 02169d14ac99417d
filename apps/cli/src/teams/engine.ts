import type { AgentConfig, MassgenConfig } from "@massgen/config";
import { MassgenError, type Team } from "@massgen/core";
import type { Registry } from "@massgen/providers";
import { teamModel, type Engine, type ModelInfo } from "@massgen/server";
import { buildTeam, type BuiltTeam } from "./built-team.ts";
import { withModel } from "./model-override.ts";
import { teamOfThree, unknownModel } from "./team-of-three.ts";

export interface EngineSettings {
  readonly registry: Registry;
  /** Answers for `massgen`; absent when every request has to name a model. */
  readonly defaultTeam?: BuiltTeam;
  /** The agents of the configured team, for `massgen/model:`. */
  readonly agents: readonly AgentConfig[];
  readonly coordination?: MassgenConfig["coordination"];
  /** Whether a request's plain model name is ignored: a configuration is the authority. */
  readonly authority: boolean;
  /** The demo: it never calls a model, whatever a request names. */
  readonly offline: boolean;
  /** Seconds since 1970. */
  readonly created: number;
}

const prefix = "massgen/model:";
/** Model names come from clients, so the teams made for them are limited. */
const maxTeams = 64;

/** Finds the team for the `model` of a request, and starts its runs. */
export function createEngine(settings: EngineSettings): Engine {
  const { registry, defaultTeam, agents, coordination, authority, offline, created } = settings;
  const teams = new Map<string, Team>();
  const remember = (name: string, make: () => Team): Team => {
    const team = teams.get(name) ?? make();
    const oldest = teams.keys().next();
    if (!teams.has(name) && teams.size >= maxTeams && !oldest.done) teams.delete(oldest.value);
    teams.set(name, team);
    return team;
  };
  const onModel = (model: string): Team =>
    remember(model, () => {
      const changed = agents.length > 0 ? withModel(agents, model, registry.types()) : teamOfThree(model, registry);
      return buildTeam(changed, registry, coordination).team;
    });

  const teamFor = (model: string | undefined): Team => {
    if (model?.startsWith(prefix) && model.trim() !== prefix && !offline) return onModel(model.slice(prefix.length));
    if (model?.startsWith("massgen/")) throw unknownModel(model);
    if (defaultTeam && (authority || model === undefined || model === "massgen")) return defaultTeam.team;
    if (model === undefined || model === "massgen") throw new MassgenError("not-found", noTeam);
    return remember(model, () => buildTeam(teamOfThree(model, registry), registry, coordination).team);
  };
  const headOf = (id: string) => ({ id, created, ownedBy: "massgen" });
  const described = (id: string): ModelInfo | undefined => {
    try {
      const team = teamFor(id);
      const name = team === defaultTeam?.team ? "MassGen" : `MassGen on ${id.replace(prefix, "")}`;
      return teamModel(team, { ...headOf(id), name });
    } catch (error) {
      // No such model, or one whose key is missing: a request for it is told which.
      if (MassgenError.isInstance(error)) return undefined;
      throw error;
    }
  };
  return {
    async start({ model, request }) {
      const team = teamFor(model);
      // Limits of local services must be known before the first call. Most are known since the start.
      await registry.describe.lookUp();
      return team.run(request);
    },
    async team(model) {
      const team = teamFor(model);
      await registry.describe.lookUp();
      return team;
    },
    models: () => modelNames(settings).map((id) => described(id) ?? headOf(id)),
    model: described,
    // Teams are built, and their keys looked up, before the server listens.
    ready: () => true,
  };
}

/** The model names that `GET /v1/models` lists: the team, and the models it can be switched to. */
export function modelNames({
  defaultTeam,
  authority,
  offline,
}: Pick<EngineSettings, "defaultTeam" | "authority" | "offline">): readonly string[] {
  if (offline) return ["massgen"];
  const models = [...new Set(defaultTeam?.team.agents.map(({ model }) => model.model))];
  const others = authority ? models.map((model) => `${prefix}${model}`) : models;
  return defaultTeam ? ["massgen", ...others] : others;
}

const noTeam =
  'This server has no team: name a model that identifies its provider, such as "gpt-4o" or "groq/<model>". An operator can configure a team with --config, or a model with --default-model.';
