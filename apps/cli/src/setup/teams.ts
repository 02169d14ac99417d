import { issueText, plannedTeams, typedAgents, type ClientKey, type ServerConfig } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { createRegistry, type Registry } from "@massgen/providers";
import type { ProviderPackage } from "../packages/provider-packages.ts";
import { buildTeam, type BuiltTeam } from "../teams/built-team.ts";
import { demoAgents } from "../teams/demo-team.ts";
import type { EngineSettings } from "../teams/engine.ts";
import { providerHint } from "../teams/provider-hint.ts";
import { serveTeam } from "../teams/served-team.ts";
import { teamOfThree } from "../teams/team-of-three.ts";
import { readConfigFile, type ConfigFile, type ConfigSurroundings } from "./config-file.ts";
import type { TeamSource } from "./team-source.ts";

/** The teams that can be served, and what their source says besides. */
export interface Teams extends Omit<EngineSettings, "created"> {
  /** Such as `config.yaml`, or `the offline demo team`. */
  readonly title: string;
  /** All agents as one team, for what is said and counted of them; absent when every request names a model. */
  readonly roster?: BuiltTeam;
  /** The configuration's `server` section. */
  readonly server: ServerConfig;
  /** The configuration's `client_keys`: secrets. */
  readonly clientKeys: readonly ClientKey[];
  /** The configuration's `store_keys`: secrets. */
  readonly storeKeys: readonly string[];
  readonly warnings: readonly string[];
  /** The provider packages that the configuration names. */
  readonly packages: readonly ProviderPackage[];
  /** Holds the connections of all teams: close it in the end. */
  readonly registry: Registry;
}

/**
 * Builds the teams that a source names.
 * @throws MassgenError `configuration`
 */
export async function readTeams(source: TeamSource, surroundings: ConfigSurroundings): Promise<Teams> {
  if (source.kind === "config") return teamsOf(await readConfigFile(source.path, source.from, surroundings));
  const registry = createRegistry(surroundings);
  const bare = {
    teams: [],
    agents: [],
    aliases: [],
    authority: false,
    offline: false,
    server: {},
    clientKeys: [],
    storeKeys: [],
    warnings: [],
    packages: [],
    registry,
  };
  switch (source.kind) {
    case "model": {
      const defaultTeam = serveTeam({ agents: defaultModelAgents(source, registry) }, registry);
      const { built: roster } = defaultTeam;
      return { ...bare, title: `three times ${source.model}`, teams: [defaultTeam], defaultTeam, roster };
    }
    case "demo": {
      const defaultTeam = serveTeam({ agents: demoAgents }, registry);
      const served = { teams: [defaultTeam], defaultTeam, roster: defaultTeam.built, agents: demoAgents };
      return { ...bare, ...served, title: "the offline demo team", offline: true, authority: true };
    }
    case "none":
      return { ...bare, title: "no team; every request names a model" };
  }
}

function teamsOf(file: ConfigFile): Teams {
  const { name: title, packages, registry } = file;
  const { coordination, aliases, server, clientKeys, storeKeys } = file.config;
  const agents = typedAgents(file, registry, title);
  const teams = plannedTeams(file.config, agents).map((plan) => serveTeam(plan, registry));
  const defaultTeam = teams.find(({ name }) => name === file.config.defaultTeam);
  const warnings = file.warnings.map((issue) => issueText(title, issue));
  return {
    title,
    authority: true,
    offline: false,
    teams,
    ...(defaultTeam && { defaultTeam }),
    roster: buildTeam(agents, registry, coordination),
    agents,
    aliases,
    coordination,
    server,
    clientKeys,
    storeKeys,
    warnings,
    packages,
    registry,
  };
}

function defaultModelAgents(source: Extract<TeamSource, { kind: "model" }>, registry: Registry) {
  try {
    return teamOfThree(source.model, registry);
  } catch (error) {
    if (!MassgenError.isInstance(error)) throw error;
    const types = registry.types().join(", ");
    throw new MassgenError("configuration", `${source.from}: ${providerHint(source.model)} Types: ${types}.`);
  }
}
