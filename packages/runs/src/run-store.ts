import type { Fact } from "@massgen/core";
import type { SpendingStore } from "./spending/spending-store.ts";
import type { KeptLog, KeptRun, RunEnd, RunSummary } from "./kept-run.ts";

/** Which runs a list shows: those to which all of this applies. */
export interface RunFilter {
  readonly owner?: string;
  /** The `path` of the wire that asked. */
  readonly wire?: string;
  /** True: those that are kept for history only. False: those that a client asked for. */
  readonly historyOnly?: boolean;
  readonly team?: string;
  /** Those that began at this time or later, in milliseconds since 1970. */
  readonly sinceMs?: number;
  /** Those that began before this time. */
  readonly untilMs?: number;
  /** Those that ended so: see `RunEnd`. */
  readonly outcome?: string;
  readonly degraded?: boolean;
  /** The model of the answer. */
  readonly model?: string;
  /** True: those that have not ended. False: those that have. */
  readonly open?: boolean;
}

/** A part of the list of runs, newest first. */
export interface RunPage extends RunFilter {
  /** How many at most. */
  readonly limit: number;
  /** Begins behind the run of this id; from the newest when absent. Unknown ids give an empty page. */
  readonly after?: string;
}

/** The result of an append. `taken`: the place is not the next one. `gone`: there is no such run. */
export type Appended = "kept" | "taken" | "gone";

/**
 * Keeps runs: for each one its head and its log. The log is the run: whoever gets the next number has decided what
 * happens next, so several writers need no lock. Held to its promises by `@massgen/runs/testing`.
 *
 * Every method may reject with a {@link StoreError}; then nothing of what it was to write is kept.
 */
export interface RunStore {
  /** Whether what is kept outlives the process. */
  readonly durable: boolean;
  /**
   * Whether whoever wrote here before closed the store, and so left no call of a run to chance. Absent: not known.
   */
  readonly closedWell?: boolean;
  /**
   * Keeps a new run, with what has happened so far, and its end if it is over; all of it, or nothing. Resolves with the
   * bytes of its head.
   */
  readonly create: (run: KeptRun, log?: KeptLog, end?: RunEnd) => Promise<number>;
  readonly find: (id: string) => Promise<KeptRun | undefined>;
  readonly list: (page: RunPage) => Promise<readonly RunSummary[]>;
  /** Keeps facts from a number on, all or none: only directly behind the last one. */
  readonly append: (id: string, seq: number, facts: KeptLog) => Promise<Appended>;
  /** The facts from a number on, in order; none for an unknown run. */
  readonly read: (id: string, from: number) => Promise<readonly Fact[]>;
  /**
   * Calls back when there may be more to read of a run, from whatever process it came; now and then for nothing. Ends
   * with the returned function.
   */
  readonly watch: (id: string, wake: () => void) => () => void;
  /**
   * Notes that a run is over. The first end counts.
   * @param run what is kept from now on instead of the run as it was begun
   */
  readonly end: (id: string, end: RunEnd, run?: KeptRun) => Promise<void>;
  /** Removes a run with all that is kept of it. False when there is none. */
  readonly remove: (id: string) => Promise<boolean>;
  /** Removes runs whose time is over, at most this many; resolves with how many there were. */
  readonly expire: (nowMs: number, most: number) => Promise<number>;
  /** A random text that belongs to this store and never changes: makes names for owners whose keys have none. */
  readonly ownerSecret: () => Promise<string>;
  /** What is spent in a day, by name. */
  readonly spending: SpendingStore;
  /** Resolves if the store works: can be written to, where it was opened for that. */
  readonly ping: () => Promise<void>;
  /** Ends the store. What was kept stays kept where the store outlives its process. */
  readonly close: () => Promise<void>;
}
