import { MassgenError } from "@massgen/core";
import type { AgentConfig, ServerConfig } from "@massgen/config";
import { issueText } from "@massgen/config";
import { createRegistry, type Registry } from "@massgen/providers";
import { readConfigFile, type ConfigFile, type Surroundings } from "./config-file.ts";
import { demoAgents } from "../teams/demo-team.ts";
import { buildTeam, teamOf, teamOfThree, type EngineSettings } from "../teams/engine.ts";
import type { ProviderPackage } from "../packages/provider-packages.ts";
import type { TeamSource } from "./team-source.ts";
import { untoldType } from "../teams/unknown-provider.ts";

/** What there is to serve, and what is to be said about where it came from. */
export interface Served extends Pick<EngineSettings, "served" | "agents" | "coordination" | "authority" | "offline"> {
  /** Such as `config.yaml`, or `the offline demo team`. */
  readonly title: string;
  readonly server: ServerConfig;
  readonly warnings: readonly string[];
  /** The provider packages that the configuration names. */
  readonly packages: readonly ProviderPackage[];
  /** What the team was made with: close it in the end. */
  readonly registry: Registry;
}

/**
 * Makes the team that a source names.
 * @throws MassgenError `configuration`
 */
export async function servedBy(source: TeamSource, surroundings: Surroundings): Promise<Served> {
  if (source.kind === "config") return configured(await readConfigFile(source.path, source.from, surroundings));
  const registry = createRegistry(surroundings);
  const bare = { agents: [], authority: false, offline: false, server: {}, warnings: [], packages: [], registry };
  switch (source.kind) {
    case "model":
      return { ...bare, title: `three times ${source.model}`, served: buildTeam(threeOf(source, registry), registry) };
    case "demo":
      return {
        ...bare,
        title: "the offline demo team",
        offline: true,
        authority: true,
        agents: demoAgents,
        served: buildTeam(demoAgents, registry),
      };
    case "none":
      return { ...bare, title: "no team; every request names a model" };
  }
}

function configured(file: ConfigFile): Served {
  const { packages, registry } = file;
  const { agents, ...served } = teamOf(file);
  const { coordination, server } = file.config;
  const warnings = file.warnings.map((issue) => issueText(file.name, issue));
  const title = file.name;
  return { title, authority: true, offline: false, served, agents, coordination, server, warnings, packages, registry };
}

function threeOf(source: Extract<TeamSource, { kind: "model" }>, registry: Registry): readonly AgentConfig[] {
  try {
    return teamOfThree(source.model, registry);
  } catch (error) {
    if (!MassgenError.isInstance(error)) throw error;
    const types = registry.types().join(", ");
    throw new MassgenError("configuration", `${source.from}: ${untoldType(source.model)} Types: ${types}.`);
  }
}
