import { basename, dirname, isAbsolute, relative } from "node:path";
import {
  ConfigError,
  issueText,
  loadConfigFor,
  longestFile,
  providerPackages,
  readTextFileThere,
  type LoadedConfig,
} from "@massgen/config";
import type { Limiter } from "@massgen/core";
import {
  createRegistry,
  secretsInVariable,
  type Redactor,
  type Registry,
  type WritablePriceBook,
} from "@massgen/providers";
import { loadPackages, type ProviderPackage } from "../packages/provider-packages.ts";

/** A configuration file, with the registry of the backend types that it can use. */
export interface ConfigFile extends LoadedConfig {
  /** Its path in messages: relative to the working directory if that is shorter. */
  readonly name: string;
  readonly packages: readonly ProviderPackage[];
  readonly registry: Registry;
}

/** What a configuration may refer to, and who learns its secrets. */
export interface ConfigSurroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Learns the secrets of the configuration. */
  readonly redactor: Redactor;
  /** Keeps the limits of accounts; one of this registry's own by default. */
  readonly limiter?: Limiter;
  /** Knows what calls cost; one of this registry's own by default. */
  readonly prices?: WritablePriceBook;
}

/**
 * Reads and checks a configuration file. The packages that it names are loaded first, because they add types, keys and
 * fields.
 * @throws MassgenError `configuration` when the file cannot be read, or with everything that is wrong with it and its
 *   packages
 */
export async function readConfigFile(
  path: string,
  from: string,
  { cwd, env, redactor, limiter, prices }: ConfigSurroundings,
): Promise<ConfigFile> {
  const relativeName = relative(cwd, path);
  const name = relativeName.length > 0 && relativeName.length < path.length ? relativeName : path;
  const source = readTextFileThere(path, `Cannot read the configuration ${name} (${from})`, longestFile.configuration);
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
    ...(limiter && { limiter }),
    ...(prices && { prices }),
    providers: packages.flatMap(({ providers }) => providers),
    packageNames: new Map(
      packages.flatMap(({ name: of, providers }) => providers.map(({ type }) => [type, shownPackageName(of)])),
    ),
  });
  const loaded = loadConfigFor(registry, source, {
    path: name,
    folder: dirname(path),
    env,
    packageProblem: (packageName) => problems.get(packageName),
  });
  redactor.know(
    loaded.config.agents.flatMap(({ id, backend, fallback }) => [id, backend.model ?? "", fallback?.model ?? ""]),
  );
  return { ...loaded, name, packages, registry };
}

/** The values of variables that a configuration refers to, and of those that are named like a secret. */
function valuesUsed(source: string, env: ConfigSurroundings["env"]): string[] {
  const named = [...source.matchAll(/\$\{([A-Za-z_]\w{0,200})/g)].map(([, name = ""]) => name);
  const keys = Object.keys(env).filter((name) => /key|token|secret|passw/i.test(name));
  return [...new Set([...named, ...keys])].flatMap((name) =>
    Object.hasOwn(env, name) ? secretsInVariable(env[name] ?? "") : [],
  );
}

/** The name of a package in messages, which clients read too: only the file name of an absolute path. */
function shownPackageName(written: string): string {
  return isAbsolute(written) ? basename(written) : written;
}

/** The warnings about a configuration that cannot be used: most of them remain when its errors are fixed. */
export function warningLines(error: unknown): readonly string[] {
  if (!ConfigError.isInstance(error)) return [];
  return error.warnings.map((issue) => `Warning: ${issueText(error.file, issue)}`);
}
