import type { Served } from "../setup/read-teams.ts";
import { modelNames } from "../teams/engine.ts";

export interface BannerFacts {
  readonly version: string;
  readonly served: Served;
  /** Base URL without `/v1`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly keyed: boolean;
}

/** What `massgen serve` says once it listens. */
export function banner(facts: BannerFacts): string {
  const { version, served, url, host, port, keyed } = facts;
  const names = modelNames(served);
  return [
    `MassGen ${version}: ${served.title}`,
    ...teamLines(served),
    ...packageLines(served),
    `Models: ${names.length > 0 ? names.join(", ") : "any whose name tells its provider, such as gpt-4o"}`,
    `Listening on ${host}:${port}. Base URL for OpenAI clients: ${url}/v1`,
    keyed ? "A key is required." : "No key is required.",
    ...(served.offline ? demoLines(url) : []),
    "",
  ].join("\n");
}

/** Said when anybody who reaches this machine can spend the operator's tokens. */
export function openDoorWarning(host: string): string {
  return `everybody who can reach ${host} can use this server: set MASSGEN_SERVER_API_KEY, or --host 127.0.0.1 for this machine only`;
}

/** Said when a reload opens a door that was locked, whoever can reach it: a proxy may stand in front. */
export const keysGoneWarning =
  "there are no keys any more: everybody who gets through to this server can use it; was a variable or server.api_key_file lost?";

/** The agents as a table. */
export function teamLines({ served }: Pick<Served, "served">): string[] {
  if (!served) return [];
  const rows = served.team.agents.map(({ id, model }, i) => [id, served.types[i] ?? "", model.model] as const);
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const lines = rows.map(([id, type, model], i) => {
    const proxy = served.proxies[i];
    const way = proxy === undefined ? "" : `  through the proxy ${proxy}`;
    return `  ${id.padEnd(width(0))}  ${type.padEnd(width(1))}  ${model}${way}`;
  });
  return served.unrevised ? [...lines, unrevisedLine] : lines;
}

const unrevisedLine =
  "Agents vote without revising their answers, since all run on local servers; orchestrator.max_new_answers_per_agent: 2 lets them.";

/** The packages that the configuration names, each with its version and the types it brought. */
export function packageLines({ packages }: Pick<Served, "packages">): string[] {
  return packages.map(({ name, version, providers }) => {
    const types = providers.map(({ type, aliases = [] }) => [type, ...aliases].join(" = ")).join(", ");
    return `Provider package ${name}${version === undefined ? "" : ` ${version}`}: ${types}`;
  });
}

function demoLines(url: string): string[] {
  return [
    "",
    "This is a demo: no model is called, and its answers are made-up text. Try it:",
    "",
    `  curl -N ${url}/v1/chat/completions -H "Content-Type: application/json" \\`,
    `    -d '{"model":"massgen","stream":true,"messages":[{"role":"user","content":"What is 25 * 4?"}]}'`,
    "",
    "For a team of your own: massgen serve --config team.yaml, or with a provider key in the environment",
    "massgen serve --default-model gpt-4o. (From a checkout: npm start -- --config team.yaml)",
  ];
}
