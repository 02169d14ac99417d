import { configuredTeam, type AgentConfig, type ConfiguredTeam, type MassgenConfig } from "@massgen/config";
import type { Registry } from "@massgen/providers";

/** A team that can answer, with what `massgen serve` and `massgen check` print about its agents. */
export interface BuiltTeam extends ConfiguredTeam {
  /** The type of each agent's backend, in order. */
  readonly types: readonly string[];
  /** The type of each agent's fallback, in order; undefined for none. */
  readonly fallbackTypes: readonly (string | undefined)[];
  /** The proxy that each agent's calls go through, in order; undefined for none. */
  readonly proxies: readonly (string | undefined)[];
}

/** Makes a team of agents whose backends have their types. */
export function buildTeam(
  agents: readonly AgentConfig[],
  registry: Registry,
  coordination?: MassgenConfig["coordination"],
): BuiltTeam {
  const types = agents.map(({ backend }) => backend.type ?? "");
  const fallbackTypes = agents.map(({ fallback }) => fallback?.type);
  const proxies = agents.map(({ backend }) => registry.describe.proxy(backend));
  return { ...configuredTeam(agents, registry, coordination), types, fallbackTypes, proxies };
}
