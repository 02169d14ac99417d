import type { Clock } from "../clock.ts";
import type { Timer } from "../coordination/event.ts";

/** The timers of a run. They are only noted until {@link RunTimers.run}. */
export class RunTimers {
  readonly #clock: Clock;
  readonly #nowMs: () => number;
  readonly #fired: (timer: Timer) => void;
  /** Their times, counted from the start of the run. */
  readonly #due = new Map<Timer, number>();
  readonly #running = new Map<Timer, () => void>();
  #run = false;

  constructor(clock: Clock, nowMs: () => number, fired: (timer: Timer) => void) {
    this.#clock = clock;
    this.#nowMs = nowMs;
    this.#fired = fired;
  }

  /** Sets a timer, in place of the one of this name. */
  start(timer: Timer, atMs: number): void {
    this.stop(timer);
    this.#due.set(timer, atMs);
    if (this.#run) this.#arm(timer, atMs);
  }

  stop(timer: Timer): void {
    this.#running.get(timer)?.();
    this.#running.delete(timer);
    this.#due.delete(timer);
  }

  stopAll(): void {
    for (const timer of this.#due.keys()) this.stop(timer);
  }

  /** From now on timers fire; those that are past, at once. */
  run(): void {
    this.#run = true;
    for (const [timer, atMs] of this.#due) this.#arm(timer, atMs);
  }

  #arm(timer: Timer, atMs: number): void {
    const fire = (): void => {
      this.#running.delete(timer);
      this.#due.delete(timer);
      this.#fired(timer);
    };
    this.#running.set(timer, this.#clock.setTimer(atMs - this.#nowMs(), fire));
  }
}
