/** Time, as runs and lines of calls see it. Tests put their own in. */
export interface Clock {
  /** Milliseconds from some fixed point; never goes back. */
  readonly now: () => number;
  /** Milliseconds since 1970, for people to read; the system may set it back. */
  readonly date: () => number;
  /** Calls back once, not before so many milliseconds have passed. Returns how to call it off. */
  readonly setTimer: (ms: number, callback: () => void) => () => void;
}

// setTimeout wraps around beyond 2^31 - 1 ms and would fire at once.
const longestTimerMs = 2_147_483_647;

/** The system's clocks and the event loop's timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
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
};
