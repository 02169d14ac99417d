import { keptRunOptions } from "./kept-run-options.ts";
import { manyAtOnce, option, type ServerOption } from "./option.ts";
import { boolean, count, host, hostNames, origins, path, seconds, size, word, yes } from "./units.ts";

/**
 * Every option of the server, by its name in the program. Flags, variables, the file's `server`, its schema, help, the
 * pages for operators, and what a reload reports are all made of these rows. Times are seconds where they are written,
 * milliseconds in the program; sizes are bytes there.
 */
export const serverOptions = {
  host: option({
    key: "host",
    flag: "host",
    env: "MASSGEN_SERVER_HOST",
    unit: host,
    default: "0.0.0.0",
    changes: "restart",
    help: "address to bind",
  }),
  port: option({
    key: "port",
    flag: "port",
    env: "MASSGEN_SERVER_PORT",
    unit: count(0, 65_535, "PORT"),
    default: 4000,
    changes: "restart",
    help: "port to bind; 0 takes any free one",
  }),
  heartbeatMs: option({
    key: "heartbeat_seconds",
    flag: "heartbeat",
    unit: seconds(0),
    default: 15,
    changes: "live",
    help: "silence in a stream after which a comment line is sent; 0 turns it off",
  }),
  jsonDeadlineMs: option({
    key: "json_deadline_seconds",
    flag: "json-deadline",
    unit: seconds(0.001),
    default: 280,
    changes: "live",
    help: "time limit of a run that is not streamed; many clients give up at 300",
  }),
  maxConcurrentRuns: option({
    key: "max_concurrent_runs",
    flag: "max-concurrent-runs",
    unit: count(1, manyAtOnce),
    default: 256,
    changes: "live",
    help: "most runs at the same time",
  }),
  queue: option({
    key: "queue",
    flag: "queue",
    unit: count(0, manyAtOnce),
    default: 32,
    changes: "live",
    help: "most requests that wait for a free run; further ones get 429",
  }),
  queueWaitMs: option({
    key: "queue_wait_seconds",
    flag: "queue-wait",
    unit: seconds(0),
    default: 5,
    changes: "live",
    help: "longest wait for a free run, then 429",
  }),
  maxConnections: option({
    key: "max_connections",
    flag: "max-connections",
    unit: count(1, manyAtOnce),
    default: 10_000,
    changes: "restart",
    help: "most connections at the same time; further ones are closed at once",
  }),
  bodyLimit: option({
    key: "body_limit",
    flag: "body-limit",
    unit: size,
    default: "20mb",
    changes: "live",
    help: "largest request body",
  }),
  bodyDepth: option({
    key: "body_depth",
    flag: "body-depth",
    env: "MASSGEN_SERVER_BODY_DEPTH",
    unit: count(1, 1000),
    default: 200,
    changes: "live",
    help: "most levels of nested lists and objects in a body",
  }),
  bodyValues: option({
    key: "body_values",
    flag: "body-values",
    env: "MASSGEN_SERVER_BODY_VALUES",
    unit: count(1, 100_000_000),
    default: 100_000,
    changes: "live",
    help: "most strings, numbers, lists and objects in a body; a long string is one",
  }),
  bodyKeys: option({
    key: "body_keys",
    flag: "body-keys",
    env: "MASSGEN_SERVER_BODY_KEYS",
    unit: count(1, 100_000_000),
    default: 20_000,
    changes: "live",
    help: "most different field names in a body",
  }),
  bodyMemory: option({
    key: "body_memory",
    flag: "body-memory",
    unit: size,
    default: "512mb",
    changes: "live",
    help: "memory for the bodies of all requests under way; beyond it 429",
  }),
  drainTimeoutMs: option({
    key: "drain_timeout_seconds",
    flag: "drain-timeout",
    unit: seconds(0),
    default: 30,
    changes: "live",
    help: "time that running answers have after SIGINT or SIGTERM",
  }),
  apiKeyFile: option({
    key: "api_key_file",
    flag: "api-key-file",
    unit: path,
    default: undefined,
    changes: "live",
    help: "file with one key on each line; clients must send one of them as Bearer token. In a configuration the path is relative to it",
  }),
  corsOrigins: option({
    key: "cors_origin",
    flag: "cors-origin",
    unit: origins,
    default: [],
    changes: "live",
    help: "origin whose pages may call the server from a browser; * for all",
  }),
  allowedHosts: option({
    key: "allowed_host",
    flag: "allowed-host",
    env: "MASSGEN_SERVER_ALLOWED_HOST",
    unit: hostNames,
    default: [],
    changes: "live",
    help: "without keys: a public name that the server answers to; * for all",
  }),
  reasoningAlias: option({
    key: "reasoning_alias",
    flag: "reasoning-alias",
    unit: boolean,
    default: true,
    changes: "live",
    help: "chat completions send the traces as `reasoning` beside `reasoning_content`",
  }),
  adminKeyFile: option({
    key: "admin_key_file",
    flag: "admin-key-file",
    unit: path,
    default: undefined,
    changes: "live",
    help: "file with one key on each line; they open /massgen/runs, everybody's runs, and nothing else. In a configuration the path is relative to it",
  }),
  metricsKeyFile: option({
    key: "metrics_key_file",
    flag: "metrics-key-file",
    unit: path,
    default: undefined,
    changes: "live",
    help: "file with one key on each line; GET /metrics needs one of them instead of a client's. In a configuration the path is relative to it",
  }),
  metricsOpen: option({
    key: "metrics_open",
    flag: "metrics-open",
    unit: yes,
    default: false,
    changes: "live",
    help: "GET /metrics needs no key",
  }),
  ...keptRunOptions,
  logLevel: option({
    key: "log_level",
    flag: "log-level",
    unit: word("LEVEL", ["debug", "info", "warn", "error"]),
    default: "info",
    changes: "live",
    help: "lowest level that is logged",
  }),
  logFormat: option({
    key: "log_format",
    flag: "log-format",
    unit: word("FORMAT", ["auto", "json", "pretty", "off"]),
    default: "auto",
    changes: "restart",
    help: "format of log lines (auto is pretty on a terminal, else json)",
  }),
} as const;

type Rows = typeof serverOptions;

/** An option's name in the program. */
export type ServerOptionName = keyof Rows;

type ValueOf<Row> = Row extends ServerOption<infer _Written, infer Value, infer _Default> ? Value : never;

/** Settings of the server from one source, in the program's names and units. */
export type ServerConfig = { readonly [Name in ServerOptionName]?: ValueOf<Rows[Name]> };

/** The names of options without a default. */
type Unset = { [Name in ServerOptionName]: Rows[Name]["default"] extends undefined ? Name : never }[ServerOptionName];

/** Every option, with defaults filled in. */
export type ServerSettings = Required<Omit<ServerConfig, Unset>> & Pick<ServerConfig, Unset>;

/** A row with its name, for code that handles all rows: its values have no type of their own there. */
export interface NamedOption extends ServerOption<unknown, unknown> {
  readonly name: ServerOptionName;
}

/** All rows, in the order of the table. */
export const optionRows: readonly NamedOption[] = Object.entries(serverOptions).map(([name, row]) => ({
  ...(row as unknown as ServerOption<unknown, unknown>),
  name: name as ServerOptionName,
}));
