import { MassgenError } from "@massgen/core";
import type { ServerConfig } from "@massgen/core/config";
import { defaultOptions, type ServerOptions } from "@massgen/server";
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
  readonly bodyLimit?: string;
}

/** Where to listen and how to serve. Times are milliseconds. */
export interface ServeSettings {
  readonly host: string;
  readonly port: number;
  readonly drainTimeoutMs: number;
  readonly options: Partial<ServerOptions>;
  readonly apiKeys: readonly string[];
}

/**
 * Flags beat the environment, the environment beats the file, the file beats the defaults.
 * @throws MassgenError `configuration` for a value that is none
 */
export function serveSettings(
  flags: ServeFlags,
  env: Readonly<Record<string, string | undefined>>,
  file: ServerConfig,
): ServeSettings {
  const port = flags.port === undefined ? setIn(env, "MASSGEN_SERVER_PORT") : flags.port;
  const portFrom = flags.port === undefined ? "MASSGEN_SERVER_PORT" : "--port";
  const seconds = (flag: string, value: string | undefined, fileValue: number | undefined, unset: number): number =>
    1000 * (value === undefined ? (fileValue ?? unset) : numberIn(flag, value, 0, 86_400));
  const count = (flag: string, value: string | undefined, fileValue: number | undefined, unset: number): number =>
    value === undefined ? (fileValue ?? unset) : wholeNumberIn(flag, value, 0, 1_000_000);
  const bodyLimit = flags.bodyLimit ?? file.bodyLimit;
  return {
    host: flags.host ?? setIn(env, "MASSGEN_SERVER_HOST") ?? file.host ?? "0.0.0.0",
    port: port === undefined ? (file.port ?? 4000) : wholeNumberIn(portFrom, port, 0, 65_535),
    drainTimeoutMs: seconds("--drain-timeout", flags.drainTimeout, file.drainTimeoutSeconds, 30),
    apiKeys: (setIn(env, "MASSGEN_SERVER_API_KEY") ?? "").split(",").flatMap((key) => key.trim() || []),
    options: {
      heartbeatMs: seconds("--heartbeat", flags.heartbeat, file.heartbeatSeconds, defaultOptions.heartbeatMs / 1000),
      jsonDeadlineMs: seconds(
        "--json-deadline",
        flags.jsonDeadline,
        file.jsonDeadlineSeconds,
        defaultOptions.jsonDeadlineMs / 1000,
      ),
      maxConcurrentRuns: count(
        "--max-concurrent-runs",
        flags.maxConcurrentRuns,
        file.maxConcurrentRuns,
        defaultOptions.maxConcurrentRuns,
      ),
      queue: {
        ...defaultOptions.queue,
        places: count("--queue", flags.queue, file.queue, defaultOptions.queue.places),
      },
      ...(bodyLimit !== undefined && { bodyLimit: sizeIn(bodyLimit) }),
    },
  };
}

function numberIn(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= low && value <= high) return value;
  throw new MassgenError("configuration", `${name}: "${text}" is not a number from ${low} to ${high}.`);
}

function wholeNumberIn(name: string, text: string, low: number, high: number): number {
  const value = numberIn(name, text, low, high);
  if (Number.isInteger(value)) return value;
  throw new MassgenError("configuration", `${name}: "${text}" is not a whole number.`);
}

function sizeIn(limit: string | number): string | number {
  if (typeof limit === "number" || /^\d+(\.\d+)?\s*(b|kb|mb|gb)$/i.test(limit)) return limit;
  if (/^\d+$/.test(limit)) return Number(limit);
  throw new MassgenError("configuration", `--body-limit: "${limit}" is not a size such as 20mb or 500kb.`);
}
