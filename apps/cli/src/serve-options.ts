import { MassgenError } from "@massgen/core";
import { hostNamePattern, logFormats, logLevels, type ServerConfig } from "@massgen/core/config";
import { defaultOptions, type LiveOptions } from "@massgen/server";
import type { CliContext } from "./context.ts";
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

/**
 * Flags beat the environment, the environment beats the file, the file beats the defaults.
 * @throws MassgenError `configuration` for a value that is none
 */
export function serveSettings(
  flags: ServeFlags,
  env: Readonly<Record<string, string | undefined>>,
  file: ServerConfig,
): ServeSettings {
  if (flags.jsonDeadline !== undefined && Number(flags.jsonDeadline) === 0) {
    throw new MassgenError(
      "configuration",
      `--json-deadline: "${flags.jsonDeadline}" leaves no time: give seconds above 0.`,
    );
  }
  const port = flags.port === undefined ? setIn(env, "MASSGEN_SERVER_PORT") : flags.port;
  const portFrom = flags.port === undefined ? "MASSGEN_SERVER_PORT" : "--port";
  const ms = (flag: string, value: string | undefined, fileSeconds: number | undefined, unsetMs: number): number =>
    value === undefined
      ? fileSeconds === undefined
        ? unsetMs
        : 1000 * fileSeconds
      : 1000 * numberIn(flag, value, 0, 86_400);
  const count = (
    flag: string,
    value: string | undefined,
    fileValue: number | undefined,
    unset: number,
    low: 0 | 1 = 1,
  ): number => (value === undefined ? (fileValue ?? unset) : wholeNumberIn(flag, value, low, 1_000_000));
  const size = (flag: string, value: string | undefined, fileValue: number | undefined, unset: number | string) =>
    value === undefined ? (fileValue ?? unset) : sizeIn(flag, value);
  const bodyCount = (
    option: "depth" | "values" | "keys",
    flag: string | undefined,
    high: number,
  ): number | undefined => {
    const variable = `MASSGEN_SERVER_BODY_${option.toUpperCase()}`;
    const value = flag ?? setIn(env, variable);
    return value === undefined
      ? undefined
      : wholeNumberIn(flag === undefined ? variable : `--body-${option}`, value, 1, high);
  };
  const unset = defaultOptions;
  return {
    host: flags.host ?? setIn(env, "MASSGEN_SERVER_HOST") ?? file.host ?? "0.0.0.0",
    port: port === undefined ? (file.port ?? 4000) : wholeNumberIn(portFrom, port, 0, 65_535),
    maxConnections: count("--max-connections", flags.maxConnections, file.maxConnections, 10_000),
    drainTimeoutMs: ms("--drain-timeout", flags.drainTimeout, file.drainTimeoutSeconds, 30_000),
    logLevel: wordIn("--log-level", flags.logLevel, logLevels) ?? file.logLevel ?? "info",
    logFormat: wordIn("--log-format", flags.logFormat, logFormats) ?? file.logFormat ?? "auto",
    options: {
      heartbeatMs: ms("--heartbeat", flags.heartbeat, file.heartbeatSeconds, unset.heartbeatMs),
      jsonDeadlineMs: ms("--json-deadline", flags.jsonDeadline, file.jsonDeadlineSeconds, unset.jsonDeadlineMs),
      maxConcurrentRuns: count(
        "--max-concurrent-runs",
        flags.maxConcurrentRuns,
        file.maxConcurrentRuns,
        unset.maxConcurrentRuns,
      ),
      queue: {
        places: count("--queue", flags.queue, file.queue, unset.queue.places, 0),
        waitMs: ms("--queue-wait", flags.queueWait, file.queueWaitSeconds, unset.queue.waitMs),
      },
      bodyLimit: size("--body-limit", flags.bodyLimit, file.bodyLimit, unset.bodyLimit),
      bodyDepth: bodyCount("depth", flags.bodyDepth, 1000) ?? file.bodyDepth ?? unset.bodyDepth,
      bodyValues: bodyCount("values", flags.bodyValues, 100_000_000) ?? file.bodyValues ?? unset.bodyValues,
      bodyKeys: bodyCount("keys", flags.bodyKeys, 100_000_000) ?? file.bodyKeys ?? unset.bodyKeys,
      bodyMemory: size("--body-memory", flags.bodyMemory, file.bodyMemory, unset.bodyMemory),
      corsOrigins: flags.corsOrigin?.map(originIn) ?? file.corsOrigins ?? [],
      allowedHosts: allowedHosts(flags.allowedHost, env) ?? file.allowedHosts ?? [],
      metricsOpen: flags.metricsOpen ?? file.metricsOpen ?? false,
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

function sizeIn(name: string, limit: string): string | number {
  if (Number.parseFloat(limit) === 0) {
    throw new MassgenError("configuration", `${name}: "${limit}" leaves no room: give a size above 0.`);
  }
  if (/^\d+(\.\d+)?\s*(b|kb|mb|gb)$/i.test(limit)) return limit;
  if (/^\d+$/.test(limit)) return Number(limit);
  throw new MassgenError("configuration", `${name}: "${limit}" is not a size such as 20mb or 500kb.`);
}

function wordIn<Word extends string>(name: string, text: string | undefined, words: readonly Word[]): Word | undefined {
  const found = words.find((word) => word === text);
  if (text === undefined || found !== undefined) return found;
  throw new MassgenError("configuration", `${name}: "${text}" is not one of ${words.join(", ")}.`);
}

const hostVariable = "MASSGEN_SERVER_ALLOWED_HOST";

function allowedHosts(flag: ServeFlags["allowedHost"], env: CliContext["env"]): readonly string[] | undefined {
  if (flag !== undefined) return flag.map((name) => hostIn("--allowed-host", name));
  return setIn(env, hostVariable)
    ?.split(",")
    .map((name) => hostIn(hostVariable, name.trim()));
}

function hostIn(from: string, text: string): string {
  if (hostNamePattern.test(text)) return text;
  throw new MassgenError(
    "configuration",
    `${from}: "${text}" is neither * nor a host name such as massgen.example, without scheme and port.`,
  );
}

function originIn(text: string): string {
  if (/^(\*|https?:\/\/[^\s/?#@]+)$/i.test(text)) return text;
  throw new MassgenError(
    "configuration",
    `--cors-origin: "${text}" is neither * nor an origin such as https://app.example.`,
  );
}
