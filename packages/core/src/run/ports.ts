import { randomUUID } from "node:crypto";
import type { Fact } from "../coordination/event.ts";

/** Time, as a run sees it. */
export interface Clock {
  /** Milliseconds from some fixed point; never goes back. */
  readonly now: () => number;
  /** Calls back once after so many milliseconds. Returns how to call it off. */
  readonly setTimer: (ms: number, callback: () => void) => () => void;
}

/** What a run needs of the world beside its models. Tests put their own in. */
export interface Ports {
  readonly clock: Clock;
  /** A new run id. It also seeds the run's draws, unless the request brings a seed. */
  readonly newRunId: () => string;
  /** Sees every fact in order: what it saw replays the run. */
  readonly record?: (fact: Fact) => void;
}

// setTimeout wraps around beyond 2^31 - 1 ms and would fire at once.
const longestTimerMs = 2_147_483_647;

export const systemPorts: Ports = {
  clock: {
    now: () => performance.now(),
    setTimer: (ms, callback) => {
      const timer = setTimeout(callback, Math.min(Math.max(0, ms), longestTimerMs));
      return () => clearTimeout(timer);
    },
  },
  newRunId: () => `run_${randomUUID().replaceAll("-", "")}`,
};
