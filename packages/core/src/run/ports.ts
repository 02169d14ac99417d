import { randomBytes, randomUUID } from "node:crypto";
import type { Fact } from "../coordination/event.ts";
import type { ObserverFailed } from "../observer.ts";

/** Time, as a run sees it. */
export interface Clock {
  /** Milliseconds from some fixed point; never goes back. */
  readonly now: () => number;
  /** Calls back once, not before so many milliseconds have passed. Returns how to call it off. */
  readonly setTimer: (ms: number, callback: () => void) => () => void;
}

/** What a run needs of the world beside its models. Tests put their own in. */
export interface Ports {
  readonly clock: Clock;
  /** A new run id. It also seeds the run's draws, unless the request brings a seed. */
  readonly newRunId: () => string;
  /**
   * 64 random bits in hex, new for each run; the system's by default. Marks in prompts are made of them, so that no
   * text that is shown in one can forge a mark.
   */
  readonly newSecret?: () => string;
  /** Sees every fact in order: what it saw replays the run. One that fails does not harm the run. */
  readonly record?: (fact: Fact) => unknown;
  /** Told when `record` fails; by default the process warns, once a run. */
  readonly observerFailed?: ObserverFailed;
}

// setTimeout wraps around beyond 2^31 - 1 ms and would fire at once.
const longestTimerMs = 2_147_483_647;

export const newSecret = (): string => randomBytes(8).toString("hex");

export const systemPorts: Ports = {
  clock: {
    now: () => performance.now(),
    setTimer(ms, callback) {
      const dueAt = performance.now() + ms;
      let timer: NodeJS.Timeout;
      // Node's timers count whole milliseconds of a clock of their own and may fire a little early: whoever said "in 3
      // s" would be asked too soon.
      const wait = (): void => {
        const leftMs = Math.ceil(Math.max(0, dueAt - performance.now()));
        timer = setTimeout(fire, Math.min(leftMs, longestTimerMs));
      };
      const fire = (): void => (performance.now() < dueAt ? wait() : callback());
      wait();
      return () => clearTimeout(timer);
    },
  },
  newRunId: () => `run_${randomUUID().replaceAll("-", "")}`,
};
