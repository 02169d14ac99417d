import { optionRows, type NamedOption, type ServerSettings } from "@massgen/config";
import type { Serving } from "./setup.ts";

/** What differs between readings of the configuration, by name; never a value. */
export interface ServingChanges {
  readonly changed: readonly string[];
  /** What is other than what the process runs with, and can only be had by a new one. */
  readonly needRestart: readonly string[];
}

/**
 * @param started what the process was started with
 * @param before what it serves
 * @param after what it will serve
 */
export function servingChanges(started: Serving, before: Serving, after: Serving): ServingChanges {
  const differing = (since: Serving, facts: (serving: Serving) => Readonly<Record<string, unknown>>): string[] => {
    const [old, now] = [facts(since), facts(after)];
    const names = new Set([...Object.keys(old), ...Object.keys(now)]);
    return [...names].filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  };
  return { changed: differing(before, live), needRestart: differing(started, fixed) };
}

function live({ served, settings, apiKeys, providerVariables }: Serving): Record<string, unknown> {
  return {
    team: served.title,
    ...Object.fromEntries(served.agents.map((agent) => [`agent ${agent.id}`, agent])),
    // A team without a configuration is its models.
    models: served.served?.team.agents.map(({ model }) => model.model),
    coordination: served.coordination,
    ...providerVariables,
    api_keys: apiKeys,
    ...byKey(settings, "live"),
  };
}

function fixed({ settings }: Serving): Record<string, unknown> {
  return byKey(settings, "restart");
}

/** The server's options that change in one of the two ways, by their keys in a configuration. */
function byKey(settings: ServerSettings, changes: NamedOption["changes"]): Record<string, unknown> {
  const rows = optionRows.filter((row) => row.changes === changes);
  return Object.fromEntries(rows.map(({ key, name }) => [key, settings[name]]));
}
