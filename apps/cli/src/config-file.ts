import { dirname, relative } from "node:path";
import { MassgenError } from "@massgen/core";
import {
  ConfigError,
  issueText,
  loadConfig,
  providerPackages,
  type AgentConfig,
  type LoadedConfig,
  type WrittenBackend,
} from "@massgen/core/config";
import { createRegistry, type Registry } from "@massgen/providers";
import { certificatesIn, type Certificates } from "./certificates.ts";
import { longestFile, readTextFileThere } from "./text-file.ts";
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
  const source = readTextFileThere(path, `Cannot read the configuration ${name} (${from})`, longestFile.configuration);
  const { packages, problems } = await loadPackages(providerPackages(source, env), {
    folders: [dirname(path), cwd],
    env,
  });
  const registry = createRegistry({ env, providers: packages.flatMap(({ providers }) => providers) });
  const certificates = certificatesIn(dirname(path));
  const types = registry.types();
  const loaded = loadConfig(source, {
    path: name,
    env,
    packageProblem: (packageName) => problems.get(packageName),
    backendTypes: [...types, ...types.flatMap((type) => registry.get(type)?.aliases ?? [])],
    backendProblem: (backend) => problemOf(backend, registry, certificates),
    accountOf: (backend) => registry.accountOf(backend),
    optionNames: (type) => registry.get(type)?.optionNames,
    inferType: (backend) => registry.typed(backend).type,
  });
  const agents = loaded.config.agents.map((agent) => withCertificates(agent, certificates));
  return { ...loaded, config: { ...loaded.config, agents }, name, packages, registry };
}

function withCertificates(agent: AgentConfig, certificates: Certificates): AgentConfig {
  const { backend } = agent;
  if (backend.caFile === undefined) return agent;
  return { ...agent, backend: { ...backend, ca: certificates.read(backend.caFile) } };
}

function problemOf(
  { caFile, ...backend }: WrittenBackend,
  registry: Registry,
  certificates: Certificates,
): string | undefined {
  try {
    const ca = caFile === undefined ? undefined : certificates.read(caFile);
    registry.createModel({ ...backend, ...(ca !== undefined && { ca }), options: {} });
    return undefined;
  } catch (error) {
    if (MassgenError.isInstance(error)) return error.message;
    throw error;
  }
}

/** What is to be warned of in a configuration that cannot be used: most of it stays when its errors are gone. */
export function warningLines(error: unknown): readonly string[] {
  if (!ConfigError.isInstance(error)) return [];
  return error.warnings.map((issue) => `Warning: ${issueText(error.file, issue)}`);
}
