import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { MassgenError } from "@massgen/core";
import {
  loadConfig,
  mergeEnv,
  providerPackages,
  readDotEnv,
  type LoadedConfig,
  type WrittenBackend,
} from "@massgen/core/config";
import { createRegistry, type Registry } from "@massgen/providers";
import { reasonOf } from "./file-problem.ts";
import { loadPackages, type ProviderPackage } from "./provider-packages.ts";

/** A configuration file, with the registry of the backend types that it can use. */
export interface ConfigFile extends LoadedConfig {
  /** How messages call it: relative to the working directory where that is shorter. */
  readonly name: string;
  readonly packages: readonly ProviderPackage[];
  readonly registry: Registry;
}

/**
 * Reads and checks a configuration file. The packages it names are loaded first, for they know types, keys and fields of their own.
 * @throws MassgenError `configuration` when the file cannot be read, or with everything that is wrong with it and its packages
 */
export async function readConfigFile(
  path: string,
  from: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<ConfigFile> {
  const relativeName = relative(cwd, path);
  const name = relativeName.length > 0 && relativeName.length < path.length ? relativeName : path;
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (error) {
    throw new MassgenError("configuration", `Cannot read the configuration ${name} (${from}): ${reasonOf(error)}.`);
  }
  const { packages, problems } = await loadPackages(providerPackages(source, env), {
    folders: [dirname(path), cwd],
    env,
  });
  const registry = createRegistry({ env, providers: packages.flatMap(({ providers }) => providers) });
  const types = registry.types();
  const loaded = loadConfig(source, {
    path: name,
    env,
    packageProblem: (packageName) => problems.get(packageName),
    backendTypes: [...types, ...types.flatMap((type) => registry.get(type)?.aliases ?? [])],
    backendProblem: (backend) => problemOf(backend, registry),
    accountOf: (backend) => registry.accountOf(backend),
    optionNames: (type) => registry.get(type)?.optionNames,
  });
  return { ...loaded, name, packages, registry };
}

function problemOf(backend: WrittenBackend, registry: Registry): string | undefined {
  try {
    registry.createModel({ ...backend, options: {} });
    return undefined;
  } catch (error) {
    if (MassgenError.isInstance(error)) return error.message;
    throw error;
  }
}

/** The environment together with the `.env` file of the working directory, if there is one. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Readonly<Record<string, string | undefined>> {
  let text: string;
  try {
    text = readFileSync(join(cwd, ".env"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return env;
    throw new MassgenError("configuration", `Cannot read the file .env in this folder: ${reasonOf(error)}.`);
  }
  return mergeEnv(env, readDotEnv(text));
}
