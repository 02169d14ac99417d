import { MassgenError } from "@massgen/core";
import { builtInProviders, createRedactor } from "@massgen/providers";
import type { Engine } from "@massgen/server";
import type { CliContext } from "../context.ts";
import { userFolders, withDotEnv } from "../setup/environment.ts";
import { dotEnvFolders } from "../setup/setup.ts";
import { checkSpending } from "../setup/spending.ts";
import { findTeamSource, type TeamChoice } from "../setup/team-source.ts";
import { readTeams, type Teams } from "../setup/teams.ts";
import { createEngine } from "../teams/engine.ts";
import { agentPrefix } from "../teams/team-finder.ts";

/** Which team, or which agent alone, is asked. */
export interface AskedChoice extends TeamChoice {
  readonly team?: string;
  readonly agent?: string;
}

/** Teams that can be asked without a server. */
export interface AskedTeams {
  readonly teams: Teams;
  readonly engine: Engine;
  /** The model name of the team that was chosen; undefined for the default. */
  readonly model: string | undefined;
  /** Strikes out secrets in what services say. */
  readonly redact: (text: string) => string;
  /** Ends the connections of all teams. */
  readonly close: () => Promise<void>;
}

/**
 * Builds the teams that flags, environment or a configuration name.
 *
 * @param command the one that was typed, for what is said without a team
 * @throws MassgenError `configuration`
 */
export async function openTeams(
  choice: AskedChoice,
  { env: given, cwd, home }: Pick<CliContext, "env" | "cwd" | "home">,
  command: "run" | "chat",
): Promise<AskedTeams> {
  const initialEnv = withDotEnv(given, [cwd, ...userFolders(home)]);
  const keyVariables = builtInProviders().flatMap(({ apiKey }) => apiKey.variables);
  const source = findTeamSource(choice, { env: initialEnv, keyVariables, cwd, home, command });
  if (source.kind === "none") throw new MassgenError("configuration", noTeam(command));
  const env = withDotEnv(given, dotEnvFolders(source, cwd, home));
  const redactor = createRedactor();
  const teams = await readTeams(source, { cwd, env, redactor });
  await checkSpending(teams, []);
  return {
    teams,
    engine: createEngine({ ...teams, created: 0 }),
    model: modelOf(choice, teams),
    redact: redactor.redact,
    close: () => teams.registry.close(),
  };
}

/**
 * The model name that means a team or an agent.
 * @throws MassgenError `configuration` for one that there is not
 */
export function modelOf(
  { team, agent }: Pick<AskedChoice, "team" | "agent">,
  { title, teams, agents }: Pick<Teams, "title" | "teams" | "agents">,
): string | undefined {
  if (team !== undefined && agent !== undefined) {
    throw new MassgenError("configuration", "--team names a team and --agent one agent alone: use only one of them.");
  }
  if (team !== undefined) {
    const names = teams.flatMap(({ name }) => name ?? []);
    if (!names.includes(team)) throw unknown("team", team, title, names);
    return `massgen/${team}`;
  }
  if (agent !== undefined) {
    const ids = agents.map(({ id }) => id);
    if (!ids.includes(agent)) throw unknown("agent", agent, title, ids);
    return agentPrefix + agent;
  }
  return undefined;
}

function unknown(what: string, name: string, title: string, known: readonly string[]): MassgenError {
  const there = known.length === 0 ? `It has no ${what}s with names.` : `There are: ${known.join(", ")}.`;
  return new MassgenError("configuration", `${title} has no ${what} "${name.slice(0, 100)}". ${there}`);
}

function noTeam(command: "run" | "chat"): string {
  const question = command === "run" ? ' "..."' : "";
  return `There is a provider's key, but no team. Ways to name one:
  massgen ${command} --config team.yaml${question}         your own team
  massgen ${command} --default-model gpt-4o${question}     a team of three of one model
  massgen ${command} --demo${question}                     an offline team that calls no model`;
}
