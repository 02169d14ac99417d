import { randomUUID } from "node:crypto";

/** What the server takes from its surroundings; tests drive it by hand. */
export interface Ports {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A new unique id of letters, digits and dashes. */
  readonly newId: () => string;
  /** Calls `fire` once after `ms` milliseconds, without keeping the process alive. The returned function cancels. */
  readonly startTimer: (ms: number, fire: () => void) => () => void;
}

// setTimeout fires at once beyond 2^31 - 1 ms.
export const longestTimerMs = 2_147_483_647;

/** The real clock, random ids, the event loop's timers. */
export const systemPorts: Ports = {
  now: () => Date.now(),
  newId: () => randomUUID(),
  startTimer: (ms, fire) => {
    const timer = setTimeout(fire, Math.min(ms, longestTimerMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
