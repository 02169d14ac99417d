import { MassgenError } from "@massgen/core";
import type { AgentConfig, ServerConfig } from "@massgen/core/config";
import { issueText } from "@massgen/core/config";
import type { Registry } from "@massgen/providers";
import { readConfigFile } from "./config-file.ts";
import { demoAgents } from "./demo-team.ts";
import { buildTeam, teamOf, teamOfThree, type EngineSettings } from "./engine.ts";
import type { TeamSource } from "./team-source.ts";

/** What there is to serve, and what is to be said about where it came from. */
export interface Served extends Pick<EngineSettings, "served" | "agents" | "coordination" | "authority" | "offline"> {
  /** Such as `config.yaml`, or `the offline demo team`. */
  readonly title: string;
  readonly server: ServerConfig;
  readonly warnings: readonly string[];
}

/**
 * Makes the team that a source names.
 * @throws MassgenError `configuration`
 */
export function servedBy(
  source: TeamSource,
  registry: Registry,
  surroundings: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Served {
  const bare = { agents: [], authority: false, offline: false, server: {}, warnings: [] };
  switch (source.kind) {
    case "config": {
      const file = readConfigFile(source.path, source.from, registry, surroundings);
      const { agents, ...served } = teamOf(file, registry);
      const { coordination, server } = file.config;
      const warnings = file.warnings.map((issue) => issueText(file.name, issue));
      return { title: file.name, authority: true, offline: false, served, agents, coordination, server, warnings };
    }
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

function threeOf(source: Extract<TeamSource, { kind: "model" }>, registry: Registry): readonly AgentConfig[] {
  try {
    return teamOfThree(source.model, registry);
  } catch (error) {
    if (!MassgenError.isInstance(error)) throw error;
    const types = registry.types().join(", ");
    throw new MassgenError(
      "configuration",
      `${source.from}: the name "${source.model}" does not tell its provider. Write it as type/model; types: ${types}`,
    );
  }
}
