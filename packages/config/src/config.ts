import type { CoordinationSettings } from "@massgen/core";
import type { AccountLimits, Sampling, TokenPrice } from "@massgen/core/model";
import type { ConfigIssue } from "./config-error.ts";
import type { ConfigPath } from "./config-path.ts";
import type { ClientKey } from "./server/client-keys.ts";
import type { ServerConfig } from "./server/server-options.ts";

/** A configuration file, checked, with defaults filled in. */
export interface MassgenConfig {
  /** At least one; ids are unique. */
  readonly agents: readonly AgentConfig[];
  /** What holds for all teams. Revisions only if the file sets them: the best number depends on the models. */
  readonly coordination: Omit<CoordinationSettings, "maxNewAnswersPerAgent"> &
    Partial<Pick<CoordinationSettings, "maxNewAnswersPerAgent">>;
  /** Several teams by name, in the order of the file; empty if all agents are one team. */
  readonly teams: readonly TeamConfig[];
  /** The name of the team that answers by default; absent without `teams`. */
  readonly defaultTeam?: string;
  /** Which team answers to other model names; the first match counts. */
  readonly aliases: readonly ModelAlias[];
  /** What the file says about the server; flags and environment variables win over it. */
  readonly server: ServerConfig;
  /** Keys that let clients in. Secrets. */
  readonly clientKeys: readonly ClientKey[];
  /** Secrets that seal what a store keeps on disk; the first seals, all open. */
  readonly storeKeys: readonly string[];
  /** npm packages, or paths of files, that add backend types, in the order of the file. */
  readonly providers: readonly string[];
}

/** One of several teams. */
export interface TeamConfig {
  readonly name: string;
  /** The ids of its agents: at least one, each once. */
  readonly agents: readonly string[];
  /** The file's settings, with the team's own over them. */
  readonly coordination: MassgenConfig["coordination"];
}

/** The model names that mean a team. */
export interface ModelAlias {
  /** In which `*` stands for any characters. */
  readonly pattern: string;
  /** The team's name. */
  readonly team: string;
}

/** A member of the team. */
export interface AgentConfig {
  readonly id: string;
  readonly systemMessage?: string;
  readonly backend: BackendConfig;
  /** Takes over when the backend's model is not to be had. */
  readonly fallback?: BackendConfig;
}

/** Which model an agent is, and how to reach it. */
export interface BackendConfig {
  /** Absent when the model's name identifies it. */
  readonly type?: string;
  /** Absent for type `demo` only. */
  readonly model?: string;
  /** A secret. Absent when the type's own variable holds it. */
  readonly apiKey?: string;
  readonly baseUrl?: string;
  /**
   * The address of an HTTP proxy, or `none`. A secret if it contains a user name. Absent when the environment sets it.
   */
  readonly proxy?: string;
  /** As written: a path relative to the file's folder. */
  readonly caFile?: string;
  /** The certificates in that file, as PEM. `loadConfig` reads no files: the host fills it in. */
  readonly ca?: string;
  readonly sampling: Sampling;
  /** Absent if none is set. */
  readonly limits?: AccountLimits;
  /** What its calls cost; absent where the file does not say. */
  readonly price?: TokenPrice;
  /** Whether the model sees images; absent where the file does not say. */
  readonly images?: boolean;
  /** Tokens that the model takes, prompt and reply together; absent where the file does not say. */
  readonly contextTokens?: number;
  /** Every other field as written, variables filled in: `extra_body` and what only the provider knows. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A configuration, and what there is to report about its file. */
export interface LoadedConfig {
  readonly config: MassgenConfig;
  /** What is ignored or read differently than written, in the order of the file. */
  readonly warnings: readonly ConfigIssue[];
  /**
   * The line of a path such as `["agents", 0, "backend", "model"]`, counted from 1. A path that is not written has the
   * line of its nearest parent that is, and is undefined when there is none.
   */
  readonly lineOf: (path: ConfigPath) => number | undefined;
}
