import { createTeam, systemPorts, type Agent, type AgentModel, type Ports, type Team } from "@massgen/core";
import { MassgenError } from "@massgen/core/model";
import type { AgentConfig, BackendConfig, LoadedConfig, MassgenConfig } from "../config.ts";
import { ConfigError, type ConfigIssue } from "../config-error.ts";
import type { ModelRegistry } from "./model-registry.ts";

/** A team, and what was decided for it because its configuration does not say. */
export interface ConfiguredTeam {
  /** Its runs show no secret that the registry knows. */
  readonly team: Team;
  /** Set when agents may not revise: the default for teams whose models all run on small local servers. */
  readonly unrevised?: true;
}

/**
 * Makes a team of agents whose backends have their types. If all models run on servers that take only one or a few
 * calls at a time, agents do not revise unless the configuration says so: small models tend to answer again instead of
 * voting, and each new answer restarts the round.
 * @throws MassgenError `configuration` for a backend that cannot be used
 */
export function configuredTeam(
  agents: readonly AgentConfig[],
  registry: ModelRegistry,
  coordination?: MassgenConfig["coordination"],
): ConfiguredTeam {
  const types = agents.map(({ backend }) => registry.describe.provider(backend.type ?? ""));
  const unrevised =
    coordination?.maxNewAnswersPerAgent === undefined && types.every((type) => type?.slots !== undefined);
  const modelOf = (backend: BackendConfig): AgentModel => ({
    model: registry.createModel(backend),
    sampling: backend.sampling,
    local: registry.describe.provider(backend.type ?? "")?.local === true,
  });
  const team = createTeam({
    agents: agents.map(({ id, systemMessage, backend, fallback }): Agent => ({
      id,
      ...modelOf(backend),
      ...(fallback && { fallback: modelOf(fallback) }),
      ...(systemMessage !== undefined && { systemMessage }),
    })),
    coordination: { ...coordination, ...(unrevised && { maxNewAnswersPerAgent: 1 }) },
    ports: { ...systemPorts, redact: registry.describe.redactKnown, ...portsOf(registry) },
  });
  return { team, ...(unrevised && { unrevised }) };
}

/**
 * The agents of a configuration, each with the type of its backend.
 * @param file the name of the configuration in messages
 * @throws ConfigError with every agent whose model cannot be made, by line
 */
export function typedAgents(
  { config, lineOf }: LoadedConfig,
  registry: ModelRegistry,
  file: string,
): readonly AgentConfig[] {
  const issues: ConfigIssue[] = [];
  const typed = config.agents.map(({ backend, fallback, ...agent }): AgentConfig => ({
    ...agent,
    backend: registry.describe.typed(backend),
    ...(fallback && { fallback: registry.describe.typed(fallback) }),
  }));
  for (const [i, agent] of typed.entries()) {
    for (const key of ["backend", "fallback"] as const) {
      const backend = agent[key];
      try {
        if (backend) registry.createModel(backend);
      } catch (error) {
        if (!MassgenError.isInstance(error)) throw error;
        const line = lineOf(["agents", i, key]) ?? lineOf(["agent", key]);
        issues.push({ path: `agents[${i}].${key}`, message: error.message, ...(line !== undefined && { line }) });
      }
    }
  }
  if (issues.length > 0) throw new ConfigError(file, issues);
  return typed;
}

function portsOf({ prices }: ModelRegistry): Pick<Ports, "price" | "rates"> {
  return prices ? { price: prices.price, rates: prices.rates } : {};
}

/**
 * Checks that the price of every model is known, where somebody limits dollars. The registry has loaded its prices.
 * @param limit the setting that needs it
 * @throws MassgenError `configuration` naming the agents, and what to write
 */
export function checkPrices({ agents }: Team, { prices }: ModelRegistry, limit: string): void {
  const models = agents.flatMap(({ id, model, fallback }) =>
    [model, ...(fallback ? [fallback.model] : [])].map((each) => ({ id, model: each })),
  );
  const unpriced = models.filter(({ model }) => prices?.rates(model) === undefined);
  if (unpriced.length === 0) return;
  const names = unpriced.map(({ id, model }) => `${id} (${model.model})`).join(", ");
  const advice = "Write it in the backend, in dollars for a million tokens: `price: { input: 2.5, output: 10 }`";
  throw new MassgenError(
    "configuration",
    `${limit} cannot be kept: the price of these agents' models is unknown: ${names}. ${advice}.`,
  );
}
