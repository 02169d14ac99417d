import type { Teams } from "../setup/teams.ts";
import { modelsOf } from "../teams/engine.ts";
import { modelNames } from "../teams/team-finder.ts";

export interface BannerFacts {
  readonly version: string;
  readonly teams: Teams;
  /** Base URL without `/v1`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly keyed: boolean;
  /** Where runs are kept; empty when nothing outlives the process. */
  readonly kept: readonly string[];
  /** Where the console is; absent without one. */
  readonly consoleLink?: string;
}

/** What `massgen serve` prints once it listens. */
export function banner(facts: BannerFacts): string {
  const { version, teams, url, host, port, keyed, kept, consoleLink } = facts;
  const names = modelNames({ ...teams, models: modelsOf(teams.defaultTeam) });
  return [
    `MassGen ${version}: ${teams.title}`,
    ...teamLines(teams),
    ...packageLines(teams),
    `Models: ${names.length > 0 ? names.join(", ") : "any whose name identifies its provider, such as gpt-4o"}`,
    `Listening on ${host}:${port}. Base URL for OpenAI clients: ${url}/v1`,
    keyed ? "A key is required." : "No key is required.",
    ...kept,
    ...(consoleLink === undefined ? [] : [consoleLink]),
    ...(teams.offline ? demoLines(url) : []),
    "",
  ].join("\n");
}

/**
 * Where people find the console.
 * @param key to open it with, behind the `#`: no server and no log gets that part. For terminals only
 */
export function consoleLine(url: string, key?: string): string {
  return key === undefined
    ? `Console for people: ${url}/console/ (asks for a key)`
    : `Console for people: ${url}/console/#key=${encodeURIComponent(key)}`;
}

/** The warning for a server that other machines can reach and that requires no key. */
export function noKeyWarning(host: string): string {
  return `anyone who can reach ${host} can use this server: set MASSGEN_SERVER_API_KEY, or --host 127.0.0.1 for this machine only`;
}

/**
 * The warning for a reload that removes all keys. Given on loopback addresses too, since a proxy may stand in front.
 */
export const keysRemovedWarning =
  "no key is required any more: anyone who can reach this server can use it; is MASSGEN_SERVER_API_KEY or server.api_key_file missing?";

/** Where no key is configured: how to look at runs nevertheless. */
export const ownAdminKeyLine =
  "no key is configured: this one opens /massgen/runs until the process ends; set MASSGEN_SERVER_ADMIN_KEY for one that stays";

/** The agents as a table, then the teams by name, and what else means one. */
export function teamLines({ roster, teams, defaultTeam, aliases }: TeamFacts): string[] {
  if (roster === undefined) return [];
  const rows = roster.team.agents.map(({ id, model }, i) => [id, roster.types[i] ?? "", model.model] as const);
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const lines = rows.map(([id, type, model], i) => {
    const proxy = roster.proxies[i];
    const way = proxy === undefined ? "" : `  through the proxy ${proxy}`;
    const second = roster.team.agents[i]?.fallback?.model.model;
    const fallback = second === undefined ? "" : `, else ${roster.fallbackTypes[i] ?? ""} ${second}`;
    return `  ${id.padEnd(width(0))}  ${type.padEnd(width(1))}  ${model}${fallback}${way}`;
  });
  const named = teams.flatMap((served) => {
    const { name, agents, built } = served;
    if (name === undefined) return built.unrevised ? [unrevisedLine("Agents")] : [];
    const mark = served === defaultTeam ? " (default)" : "";
    const line = `Team ${name}${mark}: ${agents.map(({ id }) => id).join(", ")}`;
    return built.unrevised ? [line, unrevisedLine(`Agents of ${name}`)] : [line];
  });
  return [...lines, ...named, ...aliases.map(({ pattern, team }) => `Model name ${pattern}: team ${team}`)];
}

type TeamFacts = Pick<Teams, "roster" | "teams" | "defaultTeam" | "aliases">;

/** Whose keys the configuration names, what they may use, and what that may cost. */
export function keyLines({ clientKeys }: Pick<Teams, "clientKeys">): string[] {
  return clientKeys.map(({ name, teams, maxUsdPerDay: usd }) => {
    const day = usd === undefined ? "" : `; at most $${usd} a day`;
    return `Key of ${name}: ${teams ? `team ${teams.join(", ")}` : "all teams"}${day}`;
  });
}

function unrevisedLine(agents: string): string {
  return `${agents} vote without revising their answers, because all run on local servers; set orchestrator.max_new_answers_per_agent: 2 to let them.`;
}

/** The packages that the configuration names, each with its version and its types. */
export function packageLines({ packages }: Pick<Teams, "packages">): string[] {
  return packages.map(({ name, version, providers }) => {
    const types = providers.map(({ type, aliases = [] }) => [type, ...aliases].join(" = ")).join(", ");
    return `Provider package ${name}${version === undefined ? "" : ` ${version}`}: ${types}`;
  });
}

function demoLines(url: string): string[] {
  return [
    "",
    "This is a demo: three small programs answer, and no model is called. They can do sums, count letters and sort.",
    "One of them is careless, so a run shows what the vote is for. Try it:",
    "",
    `  curl -N ${url}/v1/chat/completions -H "Content-Type: application/json" \\`,
    `    -d '{"model":"massgen","stream":true,"messages":[{"role":"user","content":"What is 25 * 4?"}]}'`,
    "",
    "For your own team: massgen init, which writes massgen.yaml. (From a checkout: npm start -- init)",
  ];
}
