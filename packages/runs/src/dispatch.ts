import type { Backlogs, QueuedRun } from "./backlog.ts";

/** What has become of whoever drove a run before: it stopped on purpose, or nobody knows. */
export type Left = "lost" | "handed-back";

/** Drives one run until it has ended here, or until `lost` says that somebody else is to go on with it. */
export type Drive = (id: string, lost: AbortSignal, left: Left) => Promise<void>;

/**
 * Whether this process is to take a run that was begun by other rules: to go on with it, or to end it because nobody
 * else has come.
 */
export type Suits = (id: string) => Promise<boolean>;

/**
 * Decides which process drives which run. Handing a run out twice does no harm, since the log decides who writes;
 * forgetting one does.
 */
export interface Dispatch {
  /** Puts a run in line. */
  readonly enqueue: (run: QueuedRun) => Promise<void>;
  /** A run that waited is over, or was removed: it leaves the line. */
  readonly leave: (id: string) => void;
  /** What waits in line, in the whole store and of one owner. */
  readonly backlogs: (owner: string) => Promise<Backlogs>;
  /**
   * Begins to hand out runs, those first that a process has left behind.
   * @param places how many are driven here at once, asked anew each time
   * @param suits asked about runs of other rules, where processes of several share a store; may be asked often
   */
  readonly work: (places: () => number, drive: Drive, suits: Suits) => Promise<DispatchWork>;
}

export interface DispatchWork {
  /** Runs that are driven here, and that wait for it. */
  readonly counts: () => { readonly driven: number; readonly waiting: number };
  /**
   * Hands out no more. Runs under way have this long to end; then their `lost` is aborted, and they are left to whoever
   * comes next.
   */
  readonly stop: (graceMs: number) => Promise<void>;
}
