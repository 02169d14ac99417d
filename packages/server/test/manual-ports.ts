import type { Ports } from "../src/index.ts";

/** Clocks that move by hand. `timers` says how many are set. */
export function manualPorts(): Pick<Ports, "now" | "elapsed" | "startTimer"> & {
  advance: (ms: number) => void;
  /** As an operator or NTP does: only the time of day changes. */
  setBack: (ms: number) => void;
  timers: () => number;
} {
  let now = 5_000;
  let epoch = 1_700_000_000_000;
  let timers: { at: number; fire: () => void }[] = [];
  return {
    now: () => epoch + now,
    elapsed: () => now,
    startTimer(ms, fire) {
      const timer = { at: now + ms, fire };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    setBack(ms) {
      epoch -= ms;
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
