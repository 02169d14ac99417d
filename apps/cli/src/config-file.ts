import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { MassgenError } from "@massgen/core";
import { loadConfig, mergeEnv, readDotEnv, type LoadedConfig, type WrittenBackend } from "@massgen/core/config";
import type { Registry } from "@massgen/providers";
import { createModel, typedBackend } from "./backend.ts";

export interface ConfigFile extends LoadedConfig {
  /** How messages call it: relative to the working directory where that is shorter. */
  readonly name: string;
}

/**
 * Reads and checks a configuration file.
 * @throws MassgenError `configuration` when the file cannot be read, or with everything that is wrong with it
 */
export function readConfigFile(
  path: string,
  from: string,
  registry: Registry,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): ConfigFile {
  const relativeName = relative(cwd, path);
  const name = relativeName.length > 0 && relativeName.length < path.length ? relativeName : path;
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (error) {
    throw new MassgenError("configuration", `Cannot read the configuration ${name} (${from}): ${reasonOf(error)}.`);
  }
  const types = registry.types();
  const backendTypes = [...types, ...types.flatMap((type) => registry.get(type)?.aliases ?? [])];
  const optionNames = (type: string): readonly string[] | undefined => registry.get(type)?.optionNames;
  const backendProblem = (backend: WrittenBackend): string | undefined => problemOf(backend, registry);
  return { ...loadConfig(source, { path: name, env, backendTypes, backendProblem, optionNames }), name };
}

function problemOf(backend: WrittenBackend, registry: Registry): string | undefined {
  try {
    createModel(typedBackend({ ...backend, sampling: {}, options: {} }, registry), registry);
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

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
      return "this user may not read it";
    default:
      return (error as Error).message;
  }
}
