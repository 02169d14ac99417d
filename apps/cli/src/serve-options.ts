import { readServerOptions, type GivenOption, type ServerConfig, type ServerKey } from "@massgen/config";
import { defaultOptions, type LiveOptions } from "@massgen/server";
import type { LogFormat, LogLevel } from "./log/log.ts";
import { setIn } from "./team-source.ts";

/** The flags of `massgen serve`, as typed. */
export interface ServeFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly defaultModel?: string;
  readonly demo?: boolean;
  readonly heartbeat?: string;
  readonly drainTimeout?: string;
  readonly jsonDeadline?: string;
  readonly maxConcurrentRuns?: string;
  readonly queue?: string;
  readonly queueWait?: string;
  readonly maxConnections?: string;
  readonly bodyLimit?: string;
  readonly bodyDepth?: string;
  readonly bodyValues?: string;
  readonly bodyKeys?: string;
  readonly bodyMemory?: string;
  readonly apiKeyFile?: string;
  readonly corsOrigin?: readonly string[];
  readonly allowedHost?: readonly string[];
  readonly metricsOpen?: boolean;
  readonly logLevel?: string;
  readonly logFormat?: string;
}

/** Where to listen and how to serve. Times are milliseconds. */
export interface ServeSettings {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly drainTimeoutMs: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly options: Omit<LiveOptions, "apiKeys" | "reasoningAlias" | "stalledReaderMs">;
}

/** Every setting of the server: its flag, the key in a file's `server`, and its variable where it has one. */
const options: readonly (readonly [flag: keyof ServeFlags, name: string, key: ServerKey, variable?: string])[] = [
  ["host", "--host", "host", "MASSGEN_SERVER_HOST"],
  ["port", "--port", "port", "MASSGEN_SERVER_PORT"],
  ["heartbeat", "--heartbeat", "heartbeat_seconds"],
  ["jsonDeadline", "--json-deadline", "json_deadline_seconds"],
  ["drainTimeout", "--drain-timeout", "drain_timeout_seconds"],
  ["maxConcurrentRuns", "--max-concurrent-runs", "max_concurrent_runs"],
  ["queue", "--queue", "queue"],
  ["queueWait", "--queue-wait", "queue_wait_seconds"],
  ["maxConnections", "--max-connections", "max_connections"],
  ["bodyLimit", "--body-limit", "body_limit"],
  ["bodyDepth", "--body-depth", "body_depth", "MASSGEN_SERVER_BODY_DEPTH"],
  ["bodyValues", "--body-values", "body_values", "MASSGEN_SERVER_BODY_VALUES"],
  ["bodyKeys", "--body-keys", "body_keys", "MASSGEN_SERVER_BODY_KEYS"],
  ["bodyMemory", "--body-memory", "body_memory"],
  ["corsOrigin", "--cors-origin", "cors_origin"],
  ["allowedHost", "--allowed-host", "allowed_host", "MASSGEN_SERVER_ALLOWED_HOST"],
  ["metricsOpen", "--metrics-open", "metrics_open"],
  ["logLevel", "--log-level", "log_level"],
  ["logFormat", "--log-format", "log_format"],
];

/**
 * Flags beat the environment, the environment beats the file, the file beats the defaults. All of them are read by one grammar.
 * @throws MassgenError `configuration` for a value that is none
 */
export function serveSettings(
  flags: ServeFlags,
  env: Readonly<Record<string, string | undefined>>,
  file: ServerConfig,
): ServeSettings {
  const given: Partial<Record<ServerKey, GivenOption>> = {};
  for (const [flag, name, key, variable] of options) {
    const ofVariable = variable === undefined ? undefined : inVariable(env, variable, key);
    const value = flags[flag] ?? ofVariable;
    if (value !== undefined) given[key] = { value, from: flags[flag] === undefined ? (variable ?? name) : name };
  }
  const set: ServerConfig = { ...file, ...readServerOptions(given) };
  const unset = defaultOptions;
  const ms = (seconds: number | undefined, otherwise: number): number =>
    seconds === undefined ? otherwise : 1000 * seconds;
  return {
    host: set.host ?? "0.0.0.0",
    port: set.port ?? 4000,
    maxConnections: set.maxConnections ?? 10_000,
    drainTimeoutMs: ms(set.drainTimeoutSeconds, 30_000),
    logLevel: set.logLevel ?? "info",
    logFormat: set.logFormat ?? "auto",
    options: {
      heartbeatMs: ms(set.heartbeatSeconds, unset.heartbeatMs),
      jsonDeadlineMs: ms(set.jsonDeadlineSeconds, unset.jsonDeadlineMs),
      maxConcurrentRuns: set.maxConcurrentRuns ?? unset.maxConcurrentRuns,
      queue: {
        places: set.queue ?? unset.queue.places,
        waitMs: ms(set.queueWaitSeconds, unset.queue.waitMs),
      },
      bodyLimit: set.bodyLimit ?? unset.bodyLimit,
      bodyDepth: set.bodyDepth ?? unset.bodyDepth,
      bodyValues: set.bodyValues ?? unset.bodyValues,
      bodyKeys: set.bodyKeys ?? unset.bodyKeys,
      bodyMemory: set.bodyMemory ?? unset.bodyMemory,
      corsOrigins: set.corsOrigins ?? [],
      allowedHosts: set.allowedHosts ?? [],
      metricsOpen: set.metricsOpen ?? false,
    },
  };
}

/** What a variable says: one that may hold several values separates them by commas. */
function inVariable(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  key: ServerKey,
): string | readonly string[] | undefined {
  const value = setIn(env, variable);
  return key === "allowed_host" ? value?.split(",").map((name) => name.trim()) : value;
}
