import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { serverSettings, type ServerSettings } from "@massgen/config";
import { type Limiter, MassgenError } from "@massgen/core";
import { builtInProviders, proxyVariables, type Redactor, type WritablePriceBook } from "@massgen/providers";
import type { ApiKey } from "@massgen/server";
import type { CliContext } from "../context.ts";
import { ineffectiveVariables, readVariable, userFolders, withDotEnv, type Environment } from "./environment.ts";
import { readOtelVariables } from "./otel-variables.ts";
import type { ServeFlags } from "./serve-flags.ts";
import { checkMetricsKeys, readServerKeys } from "./server-keys.ts";
import { checkSpending } from "./spending.ts";
import { storeSettings, type StoreSettings } from "./store-settings.ts";
import { findTeamSource, type TeamSource } from "./team-source.ts";
import { readTeams, type Teams } from "./teams.ts";

/** What flags, environment and files say, checked. SIGHUP makes the server read a new one. */
export interface Setup {
  /** Where the team came from. */
  readonly source: TeamSource;
  readonly teams: Teams;
  readonly settings: ServerSettings;
  readonly store: StoreSettings;
  /** The keys that let clients in; empty when none is required. */
  readonly apiKeys: readonly ApiKey[];
  /** The keys that let into the metrics, and nowhere else; empty when clients' keys do. */
  readonly metricsKeys: readonly ApiKey[];
  /** The keys that open everybody's runs, and nothing else. */
  readonly adminKeys: readonly ApiKey[];
  /** The variables of OpenTelemetry, by name. */
  readonly otelVariables: Readonly<Record<string, string>>;
  /** The variables that give providers their keys, addresses and proxies, by name. */
  readonly providerVariables: Readonly<Record<string, string | undefined>>;
}

/** What all setups of a process share. */
export interface SharedParts {
  readonly redactor: Redactor;
  readonly limiter: Limiter;
  readonly prices: WritablePriceBook;
}

/**
 * Reads flags, environment and files, at the start and at each reload.
 * @param shared `redactor` learns all keys, those of clients and those of providers; `limiter` keeps accounts' limits,
 *   `prices` knows what calls cost
 * @param before at a reload, where the current team came from: if that file is gone, no other team takes its place
 * @throws MassgenError `configuration`
 */
export async function readSetup(
  flags: ServeFlags,
  context: Pick<CliContext, "env" | "cwd" | "home">,
  { redactor, limiter, prices }: SharedParts,
  before?: TeamSource,
): Promise<Setup> {
  const { cwd, home } = context;
  // A .env file may name the configuration, and the configuration's folder may hold another .env file.
  const initialEnv = withDotEnv(context.env, [cwd, ...userFolders(home)]);
  // Only for its errors: a mistyped flag is reported before any problem of a team.
  serverSettings({ flags: flags.server, env: initialEnv, file: {} });
  const keyVariables = builtInProviders().flatMap(({ apiKey }) => apiKey.variables);
  const source = findTeamSource(flags, { env: initialEnv, keyVariables, cwd, home });
  if (before?.kind === "config" && (source.kind !== "config" || !existsSync(before.path))) {
    throw new MassgenError("configuration", `${before.path}, whose team is served, is gone. Put it back, or restart.`);
  }
  const env = withDotEnv(context.env, dotEnvFolders(source, cwd, home));
  const { warnings, ...read } = await readTeams(source, { cwd, env, redactor, limiter, prices });
  const teams = { ...read, warnings: [...ineffectiveVariables(context.env, env), ...warnings] };
  const { apiKeys, metricsKeys, adminKeys } = readServerKeys({ flags, teams, source, env, cwd });
  redactor.add(...[...apiKeys, ...metricsKeys, ...adminKeys].map((key) => (typeof key === "string" ? key : key.key)));
  await checkSpending(teams, apiKeys);
  const settings = serverSettings({ flags: flags.server, env, file: teams.server });
  checkMetricsKeys(settings, metricsKeys);
  const store = storeSettings(settings, { flags, env, source, cwd, fileKeys: teams.storeKeys });
  if ("keys" in store) redactor.add(...store.keys);
  if (store.kind === "postgres") redactor.add(store.url, URL.parse(store.url)?.password ?? "");
  const { otelVariables, secrets } = readOtelVariables(env);
  redactor.add(...secrets);
  const variables = { otelVariables, providerVariables: providerVariables(teams, env) };
  return { source, teams, settings, store, apiKeys, metricsKeys, adminKeys, ...variables };
}

/** The folders whose `.env` files are read, the strongest first. */
export function dotEnvFolders(source: TeamSource, cwd: string, home: string): readonly string[] {
  return [cwd, ...(source.kind === "config" ? [dirname(source.path)] : []), ...userFolders(home)];
}

function providerVariables({ registry }: Teams, env: Environment): Setup["providerVariables"] {
  const providers = registry.types().flatMap((type) => registry.describe.provider(type) ?? []);
  const ofProviders = providers.flatMap(({ apiKey, baseUrl }) => [...apiKey.variables, ...baseUrl.variables]);
  const names = [...ofProviders, ...proxyVariables];
  return Object.fromEntries(names.map((name) => [name, readVariable(env, name)]));
}
