import { relative, resolve } from "node:path";
import { loadConfig, longestFile, readTextFileThere, serverSettings, type MassgenConfig } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import type { CliContext } from "../context.ts";
import { type Environment, readVariable, withDotEnv } from "../setup/environment.ts";
import { dotEnvFolders } from "../setup/setup.ts";
import { type DurableStore, storeSettings } from "../setup/store-settings.ts";
import { findTeamSource, type TeamSource } from "../setup/team-source.ts";

/** Where the options of `massgen runs` say that the runs are. */
export interface StoreChoice {
  /** As in `massgen serve --store`. */
  readonly store?: string;
  /** A configuration that names its store. */
  readonly config?: string;
}

type Surroundings = Pick<CliContext, "env" | "cwd" | "home">;

/**
 * The store that is named first: by `--store`, by `MASSGEN_STORE`, by a configuration. The configuration gives the keys
 * too. Builds no team, so that nobody needs the keys of providers to look at runs.
 * @throws MassgenError `configuration` where none is named, or one that ends with its process
 */
export function findStore(choice: StoreChoice, { env: given, cwd, home }: Surroundings): DurableStore {
  const source = configuration(choice, given, { cwd, home });
  const env = withDotEnv(given, dotEnvFolders(source ?? { kind: "none" }, cwd, home));
  const flags = { server: { store: choice.store } };
  const named = choice.store !== undefined || readVariable(env, "MASSGEN_STORE") !== undefined;
  // Somebody who names a store wants no other file read, unless for its keys.
  const file = source && (!named || choice.config !== undefined) ? readConfiguration(source.path, env, cwd) : undefined;
  const settings = serverSettings({ flags: flags.server, env, file: file?.server ?? {} });
  if (!named && file?.server.store === undefined) throw new MassgenError("configuration", nothingNamed(source?.path));
  const kept = storeSettings(
    { ...settings, history: "stored" },
    { flags, env, source: source ?? { kind: "none" }, cwd, fileKeys: file?.storeKeys ?? [] },
  );
  if (kept.kind === "memory" || kept.kind === "off") {
    const why = kept.kind === "off" ? "keeps nothing" : "ends with the process of the server";
    throw new MassgenError("configuration", `store: \`${kept.kind}\` ${why}, so there are no runs to look at. ${ways}`);
  }
  return kept;
}

type ConfigSource = Extract<TeamSource, { kind: "config" }>;

function configuration(
  { config }: StoreChoice,
  env: Environment,
  { cwd, home }: Omit<Surroundings, "env">,
): ConfigSource | undefined {
  try {
    const source = findTeamSource(config === undefined ? {} : { config }, { env, keyVariables: [], cwd, home });
    return source.kind === "config" ? source : undefined;
  } catch (error) {
    // Nothing to serve is nothing to complain about here.
    if (MassgenError.isInstance(error)) return undefined;
    throw error;
  }
}

/**
 * Reads a configuration for what it says of stores and rules, without its providers.
 * @throws MassgenError `configuration`
 */
export function readConfiguration(path: string, env: Environment, cwd: string): MassgenConfig {
  const full = resolve(cwd, path);
  const short = relative(cwd, full);
  const name = short !== "" && short.length < full.length ? short : full;
  const text = readTextFileThere(full, `Cannot read the configuration ${name}`, longestFile.configuration);
  return loadConfig(text, { path: name, env }).config;
}

const ways = "Name one with --store sqlite:FILE, --store postgres://..., MASSGEN_STORE, or `store` in a configuration.";

function nothingNamed(path: string | undefined): string {
  return `No store is named${path === undefined ? "" : ` in ${path}`}, so there are no runs to look at. ${ways}`;
}
