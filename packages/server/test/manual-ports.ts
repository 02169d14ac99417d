import { manualClock } from "@massgen/core/testing";
import type { Ports } from "../src/index.ts";

/** A clock that moves by hand. `timers` says how many are set. */
export function manualPorts(): Pick<Ports, "clock"> & {
  advance: (ms: number) => void;
  /** As an operator or NTP does: only the time of day changes. */
  setBack: (ms: number) => void;
  timers: () => number;
} {
  const { advance, pending, ...clock } = manualClock();
  let backMs = 0;
  return {
    clock: { ...clock, date: () => clock.date() - backMs },
    advance,
    setBack(ms) {
      backMs += ms;
    },
    timers: pending,
  };
}
