import type { ObserverFailed, RunEvent } from "@massgen/core";
import type { HistoryLevel } from "../runs/stored-runs.ts";
import type { AskedRun } from "../wires/wire.ts";
import type { ConsoleSite } from "./console-site.ts";
import type { LogEntry } from "./log-entry.ts";

/** A run that has begun for a request. */
export interface BegunRun {
  readonly runId: string;
  /** What was asked of the team. */
  readonly request: AskedRun;
  /** The headers of W3C Trace Context as sent, which may hold anything. */
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** Renders the page of `GET /metrics`. */
export type MetricsPage = () => Promise<{ readonly contentType: string; readonly text: string }>;

/**
 * A key that lets clients in. Its name stands in the log, and owns the runs that are stored: keys of one name share
 * them, so that a key can be replaced. No name is `anonymous` or begins with `key_`: those are owners without one.
 */
export type ApiKey = string | NamedKey;

/** A key with a name. */
export interface NamedKey {
  readonly name: string;
  readonly key: string;
  /** The names of the teams that it may use, its default first; absent for all, and for all models. */
  readonly teams?: readonly string[];
  /**
   * Dollars that the runs of this name may cost in a day, in UTC; absent for any number. All keys of a name give the
   * same.
   */
  readonly maxUsdPerDay?: number;
}

/** The server's options. Every field has a default: see {@link defaultOptions}. */
export interface ServerOptions {
  /** Keys that clients send as Bearer token; without any, no key is needed. Health and readiness never need one. */
  readonly apiKeys: readonly ApiKey[];
  /**
   * Keys that let into `/massgen/runs`, to everybody's runs, and nowhere else. Clients' keys let in there too, each to
   * its own runs; without any key nobody gets in.
   */
  readonly adminKeys: readonly ApiKey[];
  /**
   * Host names that a server without keys accepts, besides IP addresses and names outside the public DNS; `*` accepts
   * all. With keys, host names are not checked.
   */
  readonly allowedHosts: readonly string[];
  /** Largest request body, in bytes or as text such as `20mb`. */
  readonly bodyLimit: number | string;
  /** The deepest nesting of lists and objects in a request body. */
  readonly bodyDepth: number;
  /**
   * The most values in a request body: strings, numbers, lists, objects. Raising it lets one request take that much
   * more time.
   */
  readonly bodyValues: number;
  /** The most different field names in a request body. */
  readonly bodyKeys: number;
  /** The most memory for the bodies of all open requests together, in bytes or as text; beyond it, 429. */
  readonly bodyMemory: number | string;
  /** Origins whose pages may call the server from a browser, such as `https://app.example`; `*` allows all. */
  readonly corsOrigins: readonly string[];
  /** Silence in a stream, in milliseconds, after which a comment line is sent; 0 turns it off. */
  readonly heartbeatMs: number;
  /** The deadline of a run that is not streamed, in milliseconds: many clients give up at 300 s and ask again. */
  readonly jsonDeadlineMs: number;
  /** The most runs at the same time. */
  readonly maxConcurrentRuns: number;
  /** How many requests may wait for a free place, and how long. 0 places turns waiting off. */
  readonly queue: { readonly places: number; readonly waitMs: number };
  /**
   * A client that reads nothing of its stream for this many milliseconds counts as gone: its run ends and its place is
   * free.
   */
  readonly stalledReaderMs: number;
  /** Sends the traces as `reasoning` too: some clients know only that name. */
  readonly reasoningAlias: boolean;
  /**
   * How the final answer of a run in the background is delivered. `whole` (default): in one piece at the end, and one
   * that breaks off is written again. `live`: as it is written, and the run fails if it breaks off. Answers in a
   * response format are always whole.
   */
  readonly backgroundDelivery: "whole" | "live";
  /** Whether answers are stored for clients that come back. False: runs in the background are refused. */
  readonly storesAnswers: boolean;
  /**
   * Which runs are kept for those who look at past ones. `stored`: those that clients asked to be kept; with a memory
   * store, all. `all`: all. `off`: none.
   */
  readonly history: HistoryLevel;
  /** How long a store that outlives the process keeps runs, from their beginning. Only with a keeper. */
  readonly storeKeepMs: number;
  /** Hears why a run could not be stored, which no client is told. */
  readonly storeFailed: (message: string, error: unknown) => void;
  /**
   * Keys that only `GET /metrics` takes, so that replacing clients' keys does not blind whoever reads it; without any,
   * it takes those of clients.
   */
  readonly metricsKeys: readonly ApiKey[];
  /** Whether `GET /metrics` works without a key. */
  readonly metricsOpen: boolean;
  /** Renders `GET /metrics`; without it, that URL does not exist. */
  readonly metrics?: MetricsPage;
  /**
   * Called once for every run of a request, before its first event is read; a run that outlives this process may have
   * made its first steps by then. If it fails, the run continues.
   */
  readonly begun?: (run: BegunRun) => unknown;
  /** Called with every event of every run, as its client reads it. If it fails, the run continues. */
  readonly observe?: (event: RunEvent, runId: string) => unknown;
  /** The page for people, served at `/console`; without it, that URL says where to get one. */
  readonly console?: ConsoleSite;
  /** Shown by `GET /health`. */
  readonly version?: string;
  /** Called once per request, when its response and its run have ended. If it fails, nothing else does. */
  readonly log?: (entry: LogEntry) => unknown;
  /**
   * Called when `begun`, `observe` or `log` throws, or returns a promise that rejects; by default the process warns,
   * once for each.
   */
  readonly observerFailed?: ObserverFailed;
}

/** The defaults. */
export const defaultOptions: ServerOptions = {
  apiKeys: [],
  adminKeys: [],
  metricsKeys: [],
  allowedHosts: [],
  bodyLimit: "20mb",
  bodyDepth: 200,
  bodyValues: 100_000,
  bodyKeys: 20_000,
  bodyMemory: "512mb",
  corsOrigins: [],
  heartbeatMs: 15_000,
  jsonDeadlineMs: 280_000,
  maxConcurrentRuns: 256,
  queue: { places: 32, waitMs: 5_000 },
  stalledReaderMs: 300_000,
  reasoningAlias: true,
  backgroundDelivery: "whole",
  storesAnswers: true,
  history: "stored",
  storeKeepMs: 30 * 24 * 60 * 60 * 1000,
  storeFailed: () => {},
  metricsOpen: false,
};

/** The options that can change while the server runs. */
export type LiveOptions = Omit<
  ServerOptions,
  | "begun"
  | "console"
  | "history"
  | "log"
  | "metrics"
  | "observe"
  | "observerFailed"
  | "storeFailed"
  | "storeKeepMs"
  | "storesAnswers"
  | "version"
>;
