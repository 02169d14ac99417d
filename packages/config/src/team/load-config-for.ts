import { MassgenError } from "@massgen/core/model";
import type { AgentConfig, BackendConfig, LoadedConfig } from "../config.ts";
import type { WrittenBackend } from "../cross-checks.ts";
import { certificatesIn, type Certificates } from "../files/certificates.ts";
import { loadConfig, type LoadOptions } from "../load-config.ts";
import type { ModelRegistry } from "./model-registry.ts";

/** What {@link loadConfigFor} needs besides the text and the registry. */
export interface LoadForOptions extends Pick<LoadOptions, "path" | "env" | "packageProblem"> {
  /** The file's folder, which its paths are relative to. */
  readonly folder: string;
}

/**
 * Reads the text of a configuration and checks it against a registry: its types, their fields, keys and addresses.
 * Reads the files of certificates that the text names, and no others.
 * @throws ConfigError with everything that is wrong with the file
 */
export function loadConfigFor(registry: ModelRegistry, source: string, options: LoadForOptions): LoadedConfig {
  const { folder, ...rest } = options;
  const certificates = certificatesIn(folder);
  const types = registry.types();
  const loaded = loadConfig(source, {
    ...rest,
    backendTypes: [...types, ...types.flatMap((type) => registry.describe.provider(type)?.aliases ?? [])],
    backendProblem: (backend) => problemOf(backend, registry, certificates),
    accountOf: (backend) => registry.describe.account(backend),
    optionNames: (type) => registry.describe.provider(type)?.optionNames,
    inferType: (backend) => registry.describe.typed(backend).type,
  });
  const agents = loaded.config.agents.map((agent) => withCertificates(agent, certificates));
  return { ...loaded, config: { ...loaded.config, agents } };
}

function withCertificates(agent: AgentConfig, certificates: Certificates): AgentConfig {
  const read = (backend: BackendConfig): BackendConfig =>
    backend.caFile === undefined ? backend : { ...backend, ca: certificates.read(backend.caFile) };
  const { backend, fallback } = agent;
  return { ...agent, backend: read(backend), ...(fallback && { fallback: read(fallback) }) };
}

function problemOf(
  { caFile, ...backend }: WrittenBackend,
  registry: ModelRegistry,
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
