import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { serverSettings, type ServerSettings } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { builtInProviders, proxyVariables, type Redactor } from "@massgen/providers";
import { readApiKeys } from "./api-keys.ts";
import type { CliContext } from "./context.ts";
import { userFolders, vainVariables, withDotEnv } from "./environment.ts";
import { servedBy, type Served } from "./served.ts";
import type { ServeFlags } from "./serve-flags.ts";
import { findTeamSource, setIn, type TeamSource } from "./team-source.ts";

/** All that flags, environment and files say, read and checked. */
export interface Serving {
  /** Where the team came from. */
  readonly source: TeamSource;
  readonly served: Served;
  readonly settings: ServerSettings;
  readonly apiKeys: readonly string[];
  /** The variables by which providers get their keys, addresses and proxies, by name. */
  readonly providerVariables: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads everything there is to read; at a reload as at the start.
 * @param redactor learns every secret of it: the keys of clients and providers
 * @param before at a reload, where the team that is served came from: a file that is gone is not replaced by the next best team
 * @throws MassgenError `configuration`
 */
export async function readServing(
  flags: ServeFlags,
  context: Pick<CliContext, "env" | "cwd" | "home">,
  redactor: Redactor,
  before?: TeamSource,
): Promise<Serving> {
  const { cwd, home } = context;
  // A .env file may say which configuration there is, and beside that may be another one.
  const atFirst = withDotEnv(context.env, [cwd, ...userFolders(home)]);
  // Once for its errors: a mistyped flag is told before anything about teams.
  serverSettings({ flags: flags.server, env: atFirst, file: {} });
  const keyVariables = builtInProviders().flatMap(({ apiKey }) => apiKey.variables);
  const source = findTeamSource(flags, { env: atFirst, keyVariables, cwd, home });
  if (before?.kind === "config" && (source.kind !== "config" || !existsSync(before.path))) {
    throw new MassgenError("configuration", `${before.path}, whose team is served, is gone. Put it back, or restart.`);
  }
  const env = withDotEnv(context.env, dotEnvFolders(source, cwd, home));
  const madeOf = await servedBy(source, { cwd, env, redactor });
  const served = { ...madeOf, warnings: [...vainVariables(context.env, env), ...madeOf.warnings] };
  const file = apiKeyFile(flags, served, source, cwd);
  const apiKeys = readApiKeys({ env, ...(file && { file }) });
  redactor.add(...apiKeys);
  const settings = serverSettings({ flags: flags.server, env, file: served.server });
  return { source, served, settings, apiKeys, providerVariables: providerVariables(served, env) };
}

/** Where `.env` files count, the first before the others. */
export function dotEnvFolders(source: TeamSource, cwd: string, home: string): readonly string[] {
  return [cwd, ...(source.kind === "config" ? [dirname(source.path)] : []), ...userFolders(home)];
}

function providerVariables({ registry }: Served, env: CliContext["env"]): Serving["providerVariables"] {
  const providers = registry.types().flatMap((type) => registry.describe.provider(type) ?? []);
  const ofProviders = providers.flatMap(({ apiKey, baseUrl }) => [...apiKey.variables, ...baseUrl.variables]);
  const names = [...ofProviders, ...proxyVariables];
  return Object.fromEntries(names.map((name) => [name, setIn(env, name)]));
}

function apiKeyFile(flags: ServeFlags, { server }: Served, source: TeamSource, cwd: string) {
  const typed = flags.server["api-key-file"];
  if (typeof typed === "string") return { path: resolve(cwd, typed), from: "--api-key-file" };
  if (server.apiKeyFile === undefined || source.kind !== "config") return undefined;
  return { path: resolve(dirname(source.path), server.apiKeyFile), from: "server.api_key_file" };
}
