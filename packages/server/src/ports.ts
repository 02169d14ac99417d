import { randomUUID } from "node:crypto";

/** The server's access to time and randomness; tests provide their own. */
export interface Ports {
  /** Milliseconds since 1970, for clients to read. The system may set it back. */
  readonly now: () => number;
  /** Milliseconds from a fixed point, for measuring and waiting. Never goes back. */
  readonly elapsed: () => number;
  /** A new unique id of letters, digits and dashes. */
  readonly newId: () => string;
  /** Calls `fire` once after `ms` milliseconds, without keeping the process alive. The returned function cancels. */
  readonly startTimer: (ms: number, fire: () => void) => () => void;
}

// setTimeout fires at once beyond 2^31 - 1 ms.
export const longestTimerMs = 2_147_483_647;

/** The real clocks, random ids, the event loop's timers. */
export const systemPorts: Ports = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  newId: () => randomUUID(),
  startTimer: (ms, fire) => {
    const timer = setTimeout(fire, Math.min(ms, longestTimerMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
