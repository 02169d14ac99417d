import type { Clock } from "../clock.ts";

/** Where a manual clock starts: 2026-01-01, in milliseconds since 1970. */
const epoch = 1_767_225_600_000;

/** A clock that moves only when told to. */
export interface ManualClock extends Clock {
  /** Advances the time and fires timers in the order they are due. */
  readonly advance: (ms: number) => void;
  /** Timers that are still pending. */
  readonly pending: () => number;
}

export function manualClock(): ManualClock {
  let nowMs = 0;
  let timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  const due = (untilMs: number): (typeof timers)[number] | undefined =>
    timers.filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  return {
    now: () => nowMs,
    date: () => epoch + nowMs,
    setTimer: (ms, callback) => {
      const timer = { atMs: nowMs + Math.max(0, ms), callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (let timer = due(untilMs); timer; timer = due(untilMs)) {
        const fired = timer;
        timers = timers.filter((other) => other !== fired);
        nowMs = Math.max(nowMs, fired.atMs);
        fired.callback();
      }
      nowMs = untilMs;
    },
    pending: () => timers.length,
  };
}
