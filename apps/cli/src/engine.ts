import { MassgenError, type Team } from "@massgen/core";
import {
  configuredTeam,
  typedAgents,
  type AgentConfig,
  type BackendConfig,
  type ConfiguredTeam,
  type MassgenConfig,
} from "@massgen/config";
import { ambiguousTypes, splitModelName, type Registry } from "@massgen/providers";
import type { Engine, ModelInfo } from "@massgen/server";
import type { ConfigFile } from "./config-file.ts";
import { overridden } from "./model-override.ts";
import { shownName, untoldType } from "./untold-type.ts";

/** A team as it is served: how `massgen serve` describes it, and what answers. */
export interface ServedTeam extends ConfiguredTeam {
  /** The type of each agent's backend, in order. */
  readonly types: readonly string[];
  /** The proxy that each agent's calls go through, in order; undefined for none. */
  readonly proxies: readonly (string | undefined)[];
}

export interface EngineSettings {
  readonly registry: Registry;
  /** The configured team; absent when only requests name models. */
  readonly served?: ServedTeam;
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
// Names come from clients: the teams made for them must not pile up.
const maxTeams = 64;

/** What answers for which `model`. */
export function createEngine(settings: EngineSettings): Engine {
  const { registry, served, agents, coordination, authority, offline, created } = settings;
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
      const changed = agents.length > 0 ? overridden(agents, model, registry.types()) : teamOfThree(model, registry);
      return buildTeam(changed, registry, coordination).team;
    });

  const teamFor = (model: string | undefined): Team => {
    if (model?.startsWith(prefix) && model.trim() !== prefix && !offline) return onModel(model.slice(prefix.length));
    if (model?.startsWith("massgen/")) throw unknownModel(model);
    if (served && (authority || model === undefined || model === "massgen")) return served.team;
    if (model === undefined || model === "massgen") throw new MassgenError("not-found", noTeam);
    return remember(model, () => buildTeam(teamOfThree(model, registry), registry, coordination).team);
  };
  return {
    async start({ model, request }) {
      const team = teamFor(model);
      // What local services can take is known before the first call; in most cases since the start.
      await registry.describe.lookUp();
      return team.run(request);
    },
    models: () => modelNames(settings).map((id): ModelInfo => ({ id, created, ownedBy: "massgen" })),
    // Teams are made, and their keys looked up, before the server listens.
    ready: () => true,
  };
}

/**
 * Makes the team of a configuration.
 * @throws ConfigError with every agent that cannot be made, by line
 */
export function teamOf(file: ConfigFile): ServedTeam & { readonly agents: readonly AgentConfig[] } {
  const { registry, config, name } = file;
  const agents = typedAgents(file, registry, name);
  return { ...buildTeam(agents, registry, config.coordination), agents };
}

/** A team of three of one model, the way to serve a bare model name. */
export function teamOfThree(name: string, registry: Registry): readonly AgentConfig[] {
  const split = splitModelName(name, registry.types());
  if (!split) throw unknownModel(name);
  const backend: BackendConfig = { ...split, sampling: {}, options: {} };
  return [1, 2, 3].map((n) => ({ id: `agent_${n}`, backend }));
}

/** Makes a team of agents whose backends have their types, with what is said about it. */
export function buildTeam(
  agents: readonly AgentConfig[],
  registry: Registry,
  coordination?: MassgenConfig["coordination"],
): ServedTeam {
  const types = agents.map(({ backend }) => backend.type ?? "");
  const proxies = agents.map(({ backend }) => registry.describe.proxy(backend));
  return { ...configuredTeam(agents, registry, coordination), types, proxies };
}

/** What `model` may say: the team, the team on one of its own models, and where no configuration rules, a bare model name. */
export function modelNames({
  served,
  authority,
  offline,
}: Pick<EngineSettings, "served" | "authority" | "offline">): readonly string[] {
  if (offline) return ["massgen"];
  const models = [...new Set(served?.team.agents.map(({ model }) => model.model))];
  const others = authority ? models.map((model) => `${prefix}${model}`) : models;
  return served ? ["massgen", ...others] : others;
}

function unknownModel(name: string): MassgenError {
  const hint = ambiguousTypes(name).length > 0 ? `${untoldType(name)} ` : "";
  const message = `The model "${shownName(name)}" does not exist here. ${hint}${ways}`;
  return new MassgenError("not-found", message, { param: "model" });
}

const ways =
  'Use "massgen" for the configured team, "massgen/model:<model>" for the same team on another model, or without a configured team a model name that tells its provider, such as "gpt-4o" or "groq/<model>".';

const noTeam =
  'This server has no team: name a model that tells its provider, such as "gpt-4o" or "groq/<model>". An operator can configure a team with --config, or a model with --default-model.';
