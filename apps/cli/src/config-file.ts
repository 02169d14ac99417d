import { readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { MassgenError } from "@massgen/core";
import {
  loadConfig,
  mergeEnv,
  providerPackages,
  readDotEnv,
  type LoadedConfig,
  type WrittenBackend,
} from "@massgen/core/config";
import { createRegistry, secretsInVariable, type Redactor, type Registry } from "@massgen/providers";
import { reasonOf } from "./file-problem.ts";
import { loadPackages, type ProviderPackage } from "./provider-packages.ts";

/** A configuration file, with the registry of the backend types that it can use. */
export interface ConfigFile extends LoadedConfig {
  /** How messages call it: relative to the working directory where that is shorter. */
  readonly name: string;
  readonly packages: readonly ProviderPackage[];
  readonly registry: Registry;
}

/** What a configuration is read in. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Learns the secrets of the configuration. */
  readonly redactor: Redactor;
}

/**
 * Reads and checks a configuration file. The packages it names are loaded first, for they know types, keys and fields of their own.
 * @throws MassgenError `configuration` when the file cannot be read, or with everything that is wrong with it and its packages
 */
export async function readConfigFile(
  path: string,
  from: string,
  { cwd, env, redactor }: Surroundings,
): Promise<ConfigFile> {
  const relativeName = relative(cwd, path);
  const name = relativeName.length > 0 && relativeName.length < path.length ? relativeName : path;
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (error) {
    throw new MassgenError("configuration", `Cannot read the configuration ${name} (${from}): ${reasonOf(error)}.`);
  }
  redactor.add(...valuesUsed(source, env));
  const references = providerPackages(source, env);
  redactor.know(references.map((reference) => reference.name));
  const { packages, problems } = await loadPackages(references, {
    folders: [dirname(path), cwd],
    env,
    redact: redactor.redact,
  });
  const registry = createRegistry({
    env,
    redactor,
    providers: packages.flatMap(({ providers }) => providers),
    packageNames: new Map(
      packages.flatMap(({ name: of, providers }) => providers.map(({ type }) => [type, shownName(of)])),
    ),
  });
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
  redactor.know(loaded.config.agents.flatMap(({ id, backend }) => [id, backend.model ?? ""]));
  return { ...loaded, name, packages, registry };
}

/** The values of the environment that a configuration fills in, and those that are called like a key. */
function valuesUsed(source: string, env: Surroundings["env"]): string[] {
  const named = [...source.matchAll(/\$\{([A-Za-z_]\w{0,200})/g)].map(([, name = ""]) => name);
  const keys = Object.keys(env).filter((name) => /key|token|secret|passw/i.test(name));
  return [...new Set([...named, ...keys])].flatMap((name) =>
    Object.hasOwn(env, name) ? secretsInVariable(env[name] ?? "") : [],
  );
}

/** A package as messages name it, which clients read: of a path elsewhere only the file. */
function shownName(written: string): string {
  return isAbsolute(written) ? basename(written) : written;
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
