import { dirname } from "node:path";
import type { Team } from "@massgen/core";
import { MassgenError } from "@massgen/core/model";
import { issueText } from "../config-error.ts";
import { longestFile, readTextFileThere } from "../files/text-file.ts";
import { checkPrices, configuredTeam, typedAgents } from "./configured-team.ts";
import { loadConfigFor } from "./load-config-for.ts";
import type { ModelRegistry } from "./model-registry.ts";
import { plannedTeams } from "./planned-teams.ts";

/** What {@link teamFromConfig} needs besides the file. */
export interface TeamFromConfigOptions {
  /**
   * Such as `createRegistry({ env: process.env })` of `@massgen/providers`. It holds the connections: close it in the
   * end.
   */
  readonly registry: ModelRegistry;
  /** Which of several `teams`. Default: the file's default team. */
  readonly team?: string;
  /** Where `${VAR}` is looked up; default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Takes each warning about the file, as one line. Default: warnings are dropped. */
  readonly warn?: (line: string) => void;
}

/**
 * Makes a team that a YAML configuration describes. The `server` section is ignored, and packages under `providers`
 * are not loaded: give their providers to the registry. Local services are asked for their limits, which takes at most
 * a second or two; nothing else is called.
 *
 *     const registry = createRegistry({ env: process.env });
 *     const team = await teamFromConfig("massgen.yaml", { registry });
 *     const { text } = await team.run({ messages: [{ role: "user", content: "Why is the sky blue?" }] }).answer();
 *     await registry.close();
 *
 * @throws MassgenError `configuration` when the file cannot be read, or has no such team; a {@link ConfigError} with
 * everything that is   wrong with it
 */
export async function teamFromConfig(path: string, options: TeamFromConfigOptions): Promise<Team> {
  const { registry, env = process.env, warn } = options;
  const source = readTextFileThere(path, `Cannot read the configuration ${path}`, longestFile.configuration);
  const loaded = loadConfigFor(registry, source, { path, folder: dirname(path), env });
  for (const issue of loaded.warnings) warn?.(issueText(path, issue));
  const { defaultTeam } = loaded.config;
  const { team: wanted = defaultTeam } = options;
  const plans = plannedTeams(loaded.config, typedAgents(loaded, registry, path));
  const plan = plans.find(({ name }) => name === wanted);
  if (plan === undefined) {
    const names = plans.map(({ name }) => name).join(", ");
    const message = defaultTeam === undefined ? "it has no `teams`" : `its teams are ${names}`;
    throw new MassgenError("configuration", `${path} has no team of this name: ${message}`);
  }
  const { team } = configuredTeam(plan.agents, registry, plan.coordination);
  await Promise.all([registry.describe.lookUp(), registry.prices?.load()]);
  if (plan.coordination.budget.maxUsd !== undefined) checkPrices(team, registry, "`orchestrator.budget.max_usd`");
  return team;
}
