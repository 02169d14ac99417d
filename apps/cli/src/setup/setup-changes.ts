import { optionRows, type NamedOption, type ServerSettings } from "@massgen/config";
import { modelsOf } from "../teams/engine.ts";
import type { ServedTeam } from "../teams/served-team.ts";
import type { Setup } from "./setup.ts";

/** The names of what differs between two setups; never a value. */
export interface SetupChanges {
  readonly changed: readonly string[];
  /** What differs from the setup that the process started with, and takes effect only in a new process. */
  readonly needRestart: readonly string[];
}

/**
 * @param started the setup that the process started with
 * @param before the one in effect
 * @param after the one that replaces it
 */
export function setupChanges(started: Setup, before: Setup, after: Setup): SetupChanges {
  const differing = (since: Setup, facts: (setup: Setup) => Readonly<Record<string, unknown>>): string[] => {
    const [old, now] = [facts(since), facts(after)];
    const names = new Set([...Object.keys(old), ...Object.keys(now)]);
    return [...names].filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  };
  return { changed: differing(before, live), needRestart: differing(started, fixed) };
}

function live({ teams, settings, apiKeys, metricsKeys, adminKeys, providerVariables }: Setup): Record<string, unknown> {
  return {
    team: teams.title,
    ...Object.fromEntries(teams.agents.map((agent) => [`agent ${agent.id}`, agent])),
    // Without a configuration the models are all there is to a team.
    models: teams.authority ? undefined : modelsOf(teams.defaultTeam),
    coordination: teams.coordination,
    ...Object.fromEntries(teams.teams.flatMap(planOf)),
    default_team: teams.defaultTeam?.name,
    aliases: teams.aliases,
    ...providerVariables,
    api_keys: apiKeys,
    metrics_keys: metricsKeys,
    admin_keys: adminKeys,
    ...byKey(settings, "live"),
  };
}

/** What a configuration says of one of several teams; its agents have their own names in the list. */
function planOf({ name, agents, coordination }: ServedTeam): [string, unknown][] {
  return name === undefined ? [] : [[`team ${name}`, { agents: agents.map(({ id }) => id), coordination }]];
}

function fixed({ settings, otelVariables }: Setup): Record<string, unknown> {
  return { ...byKey(settings, "restart"), ...otelVariables };
}

/** The server's options that take effect live, or after a restart, by their keys in a configuration. */
function byKey(settings: ServerSettings, changes: NamedOption["changes"]): Record<string, unknown> {
  const rows = optionRows.filter((row) => row.changes === changes);
  return Object.fromEntries(rows.map(({ key, name }) => [key, settings[name]]));
}
