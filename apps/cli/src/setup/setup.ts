import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { serverSettings, type ServerSettings } from "@massgen/config";
import { type Limiter, MassgenError } from "@massgen/core";
import { builtInProviders, proxyVariables, type Redactor } from "@massgen/providers";
import type { ApiKey } from "@massgen/server";
import type { CliContext } from "../context.ts";
import { apiKeyVariable, metricsKeyVariable, readApiKeys, type ApiKeySources } from "./api-keys.ts";
import { ineffectiveVariables, readVariable, userFolders, withDotEnv, type Environment } from "./environment.ts";
import type { ServeFlags } from "./serve-flags.ts";
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
  /** The variables that give providers their keys, addresses and proxies, by name. */
  readonly providerVariables: Readonly<Record<string, string | undefined>>;
}

/** What all setups of a process share. */
export interface SharedParts {
  readonly redactor: Redactor;
  readonly limiter: Limiter;
}

/**
 * Reads flags, environment and files, at the start and at each reload.
 * @param shared `redactor` learns all keys, those of clients and those of providers; `limiter` keeps accounts' limits
 * @param before at a reload, where the current team came from: if that file is gone, no other team takes its place
 * @throws MassgenError `configuration`
 */
export async function readSetup(
  flags: ServeFlags,
  context: Pick<CliContext, "env" | "cwd" | "home">,
  { redactor, limiter }: SharedParts,
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
  const { warnings, ...read } = await readTeams(source, { cwd, env, redactor, limiter });
  const teams = { ...read, warnings: [...ineffectiveVariables(context.env, env), ...warnings] };
  const keysOf = (kind: keyof typeof keyFiles, variable: ApiKeySources["variable"]): readonly ApiKey[] => {
    const file = keyFile(kind, flags, teams, source, cwd);
    return readApiKeys({ variable, env, ...(file && { file }) });
  };
  const apiKeys = keysOf("apiKeyFile", apiKeyVariable);
  const metricsKeys = keysOf("metricsKeyFile", metricsKeyVariable);
  redactor.add(...[...apiKeys, ...metricsKeys].map((key) => (typeof key === "string" ? key : key.key)));
  const settings = serverSettings({ flags: flags.server, env, file: teams.server });
  if (settings.metricsOpen && metricsKeys.length > 0) throw new MassgenError("configuration", openAndKeyed);
  const store = storeSettings(settings, { flags, env, source, cwd, fileKeys: teams.storeKeys });
  if ("keys" in store) redactor.add(...store.keys);
  if (store.kind === "postgres") redactor.add(store.url, URL.parse(store.url)?.password ?? "");
  return { source, teams, settings, store, apiKeys, metricsKeys, providerVariables: providerVariables(teams, env) };
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

/** The options that name files with keys: their flags, and their places in a configuration. */
const keyFiles = {
  apiKeyFile: ["api-key-file", "server.api_key_file"],
  metricsKeyFile: ["metrics-key-file", "server.metrics_key_file"],
} as const;

function keyFile(
  kind: keyof typeof keyFiles,
  flags: ServeFlags,
  { server }: Teams,
  source: TeamSource,
  cwd: string,
): ApiKeySources["file"] {
  const [name, place] = keyFiles[kind];
  const flag = flags.server[name];
  if (typeof flag === "string") return { path: resolve(cwd, flag), from: `--${name}` };
  const written = server[kind];
  if (written === undefined || source.kind !== "config") return undefined;
  return { path: resolve(dirname(source.path), written), from: place };
}

const openAndKeyed =
  "metrics_open lets everyone read /metrics, and MASSGEN_SERVER_METRICS_KEY or metrics_key_file asks for a key. Keep one of them.";
