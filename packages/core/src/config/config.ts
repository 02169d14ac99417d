import type { ConfigIssue } from "./config-error.ts";
import type { ConfigPath } from "./config-path.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import type { Sampling } from "../model/chat-request.ts";
import type { logFormats, logLevels } from "./team-schema.ts";

/** A configuration file, checked, with defaults filled in. */
export interface MassgenConfig {
  /** At least one; ids are unique. */
  readonly agents: readonly AgentConfig[];
  /** Revisions only where the file says how many: what is best depends on the models. */
  readonly coordination: Omit<CoordinationSettings, "maxNewAnswersPerAgent"> &
    Partial<Pick<CoordinationSettings, "maxNewAnswersPerAgent">>;
  readonly server: ServerConfig;
  /** npm packages, or paths of files, that add backend types, in the order of the file. */
  readonly providers: readonly string[];
}

/** A member of the team. */
export interface AgentConfig {
  readonly id: string;
  readonly systemMessage?: string;
  readonly backend: BackendConfig;
}

/** Which model an agent is, and how to reach it. */
export interface BackendConfig {
  /** Absent when the model's name is to say it. */
  readonly type?: string;
  /** Absent for type `demo` only. */
  readonly model?: string;
  /** A secret. Absent when the type's own variable holds it. */
  readonly apiKey?: string;
  readonly baseUrl?: string;
  /** The address of an HTTP proxy, or `none`. A secret where it holds a user name. Absent when the environment says it. */
  readonly proxy?: string;
  /** As written: a path that counts from the file's folder. */
  readonly caFile?: string;
  /** The certificates in that file, as PEM. Loading reads no files: the host fills it in. */
  readonly ca?: string;
  readonly sampling: Sampling;
  /** Absent without any. */
  readonly limits?: BackendLimits;
  /** Whether the model sees images; absent where the file does not say. */
  readonly images?: boolean;
  /** Tokens that the model takes, prompt and reply together; absent where the file does not say. */
  readonly contextTokens?: number;
  /** Every other field as written, variables filled in: `extra_body` and what only the provider knows. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a provider may be asked for, by all agents with the same type, address and key together. */
export interface BackendLimits {
  /** Calls at the same time. */
  readonly maxConcurrency?: number;
  /** Calls sent within any 60 seconds. */
  readonly requestsPerMinute?: number;
  /** Tokens used within any 60 seconds. */
  readonly tokensPerMinute?: number;
}

/** What the file says about the server; flags and environment variables win over it. */
export interface ServerConfig {
  readonly host?: string;
  /** 0 for any free one. */
  readonly port?: number;
  readonly maxConcurrentRuns?: number;
  readonly queue?: number;
  /** In bytes. */
  readonly bodyLimit?: number;
  /** 0 for none. */
  readonly heartbeatSeconds?: number;
  readonly drainTimeoutSeconds?: number;
  readonly jsonDeadlineSeconds?: number;
  readonly queueWaitSeconds?: number;
  readonly maxConnections?: number;
  readonly bodyDepth?: number;
  readonly bodyValues?: number;
  readonly bodyKeys?: number;
  /** In bytes. */
  readonly bodyMemory?: number;
  /** As written: a path that counts from the file's folder. */
  readonly apiKeyFile?: string;
  /** `*`, or origins such as `https://app.example`. */
  readonly corsOrigins?: readonly string[];
  /** `*`, or host names. */
  readonly allowedHosts?: readonly string[];
  readonly metricsOpen?: boolean;
  readonly logLevel?: (typeof logLevels)[number];
  readonly logFormat?: (typeof logFormats)[number];
}

/** A configuration and what is to be said about its file. */
export interface LoadedConfig {
  readonly config: MassgenConfig;
  /** What is ignored or read differently than written, in the order of the file. */
  readonly warnings: readonly ConfigIssue[];
  /**
   * The line of a path such as `["agents", 0, "backend", "model"]`, counted from 1. What is not written has the line of what should
   * hold it; undefined when the file holds not even the first part.
   */
  readonly lineOf: (path: ConfigPath) => number | undefined;
}
