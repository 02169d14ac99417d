import type { Ports } from "../src/index.ts";

/** A clock that moves by hand. `timers` says how many are set. */
export function manualPorts(): Pick<Ports, "now" | "startTimer"> & {
  advance: (ms: number) => void;
  timers: () => number;
} {
  let now = 1_700_000_000_000;
  let timers: { at: number; fire: () => void }[] = [];
  return {
    now: () => now,
    startTimer(ms, fire) {
      const timer = { at: now + ms, fire };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      now += ms;
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const timer of due) timer.fire();
    },
    timers: () => timers.length,
  };
}
