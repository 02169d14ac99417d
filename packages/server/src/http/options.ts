import type { ObserverFailed, RunEvent } from "@massgen/core";
import type { LogEntry } from "./log-entry.ts";

/** Makes the page of `GET /metrics`. */
export type MetricsPage = () => Promise<{ readonly contentType: string; readonly text: string }>;

/** How the server behaves. Every field has a default: see {@link defaultOptions}. */
export interface ServerOptions {
  /** Keys that let a client in, as Bearer token; none lets everybody in. Health and readiness need no key. */
  readonly apiKeys: readonly string[];
  /**
   * Names that a server without keys answers to, besides IP addresses and names that are nobody's in the public DNS;
   * `*` means every one. With keys, names do not matter.
   */
  readonly allowedHosts: readonly string[];
  /** Largest request body, in bytes or as text such as `20mb`. */
  readonly bodyLimit: number | string;
  /** Lists and objects inside each other in a request body. */
  readonly bodyDepth: number;
  /**
   * Values in a request body: strings, numbers, lists, objects. A raised limit lets one request take that much more
   * time.
   */
  readonly bodyValues: number;
  /** Different names of fields in a request body. */
  readonly bodyKeys: number;
  /** What the bodies of all requests under way may take together, in bytes or as text; beyond it, 429. */
  readonly bodyMemory: number | string;
  /** Origins whose pages may call the server from a browser, such as `https://app.example`; `*` means every one. */
  readonly corsOrigins: readonly string[];
  /** A comment line goes out after so many milliseconds of silence in a stream; 0 turns it off. */
  readonly heartbeatMs: number;
  /** A run that is not streamed ends after so many milliseconds: many clients give up at 300 s and ask again. */
  readonly jsonDeadlineMs: number;
  /** Runs at the same time. */
  readonly maxConcurrentRuns: number;
  /** Requests that may wait for a free place, and how long. 0 places turns waiting off. */
  readonly queue: { readonly places: number; readonly waitMs: number };
  /**
   * A client that takes nothing of its stream for so many milliseconds is taken for gone: its run ends, its place is
   * free.
   */
  readonly stalledReaderMs: number;
  /** Sends the traces as `reasoning` as well, for clients that know only that name. */
  readonly reasoningAlias: boolean;
  /** Whether `GET /metrics` needs no key. */
  readonly metricsOpen: boolean;
  /** What `GET /metrics` shows; without it there is no such URL. */
  readonly metrics?: MetricsPage;
  /** Called with every event of every run, as its client takes it. One that fails does not harm the run. */
  readonly observe?: (event: RunEvent, runId: string) => unknown;
  /** Shown by `GET /health`. */
  readonly version?: string;
  /**
   * Called once per request, when its response has ended, and its run if it started one. One that fails does not harm
   * anything.
   */
  readonly log?: (entry: LogEntry) => unknown;
  /**
   * Told when `observe` or `log` throws, or returns a promise that rejects; by default the process warns, once for
   * each.
   */
  readonly observerFailed?: ObserverFailed;
}

/** What holds when nothing is said. */
export const defaultOptions: ServerOptions = {
  apiKeys: [],
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
  reasoningAlias: false,
  metricsOpen: false,
};

/** The options that can change while the server runs. */
export type LiveOptions = Omit<ServerOptions, "log" | "metrics" | "observe" | "observerFailed" | "version">;
