/** Time, as lines of calls see it; tests put their own in. */
export interface Clock {
  /** Milliseconds from some fixed point; never goes back. */
  readonly now: () => number;
  /** Calls back once after so many milliseconds. Returns how to call it off. */
  readonly setTimer: (ms: number, callback: () => void) => () => void;
}

// setTimeout wraps around beyond 2^31 - 1 ms and would fire at once.
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, ms), longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** A time in a message, to the millisecond below 10 s. */
export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 3 : 1))} s`;
}
