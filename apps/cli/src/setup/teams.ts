import { issueText, typedAgents, type ServerConfig } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { createRegistry, type Registry } from "@massgen/providers";
import type { ProviderPackage } from "../packages/provider-packages.ts";
import { buildTeam } from "../teams/built-team.ts";
import { demoAgents } from "../teams/demo-team.ts";
import type { EngineSettings } from "../teams/engine.ts";
import { providerHint } from "../teams/provider-hint.ts";
import { teamOfThree } from "../teams/team-of-three.ts";
import { readConfigFile, type ConfigFile, type ConfigSurroundings } from "./config-file.ts";
import type { TeamSource } from "./team-source.ts";

/** The teams that can be served, and what their source says besides. */
export interface Teams extends Omit<EngineSettings, "created"> {
  /** Such as `config.yaml`, or `the offline demo team`. */
  readonly title: string;
  /** The configuration's `server` section. */
  readonly server: ServerConfig;
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
    agents: [],
    authority: false,
    offline: false,
    server: {},
    storeKeys: [],
    warnings: [],
    packages: [],
    registry,
  };
  switch (source.kind) {
    case "model": {
      const defaultTeam = buildTeam(defaultModelAgents(source, registry), registry);
      return { ...bare, title: `three times ${source.model}`, defaultTeam };
    }
    case "demo": {
      const defaultTeam = buildTeam(demoAgents, registry);
      const title = "the offline demo team";
      return { ...bare, title, offline: true, authority: true, agents: demoAgents, defaultTeam };
    }
    case "none":
      return { ...bare, title: "no team; every request names a model" };
  }
}

function teamsOf(file: ConfigFile): Teams {
  const { name: title, packages, registry } = file;
  const { coordination, server, storeKeys } = file.config;
  const agents = typedAgents(file, registry, title);
  const defaultTeam = buildTeam(agents, registry, coordination);
  const warnings = file.warnings.map((issue) => issueText(title, issue));
  return {
    title,
    authority: true,
    offline: false,
    defaultTeam,
    agents,
    coordination,
    server,
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
