import type { AccountLimits, CallToSend, Clock, Turn } from "@massgen/core/model";
import { limitWords } from "./account-limits.ts";
import { createRateWindow } from "./rate-window.ts";

/** The calls of one account: first come, first served, except that calls of a paused model let others pass. */
export interface CallQueue {
  readonly limit: (limits: AccountLimits) => void;
  /** Waits for a turn; the call is in the queue before this returns. */
  readonly enter: (call: CallToSend) => Promise<Turn>;
  /** Sends a model nothing for `ms`, or for a minute where that is shorter. */
  readonly pause: (model: string, ms: number) => void;
}

interface Waiting {
  readonly call: CallToSend;
  readonly start: (turn: Turn) => void;
  /** Until when the caller knows that it waits; undefined before it was told. */
  knownUntilMs?: number;
}

/** A longer pause is not waited for: the error of the call that met it says how long it is. */
const longestPauseMs = 60_000;

export function createCallQueue(clock: Clock): CallQueue {
  const queue = new Set<Waiting>();
  const window = createRateWindow();
  let limits: AccountLimits = {};
  let running = 0;
  /**
   * When the pauses of models end. Services count most of their limits by model:
   * https://platform.openai.com/docs/guides/rate-limits
   */
  const pauses = new Map<string, number>();
  let stopTimer: (() => void) | undefined;

  function isFull(): boolean {
    return running >= (limits.maxConcurrency ?? Infinity);
  }

  /**
   * Starts the calls that may start, sets the timer for the next that time alone will let start, and reports the waits.
   */
  function advance(): void {
    stopTimer?.();
    stopTimer = undefined;
    let nextMs = Infinity;
    for (const waiting of queue) {
      if (isFull()) break;
      const { model, tokens } = waiting.call;
      const nowMs = clock.now();
      const pausedUntilMs = pauses.get(model) ?? nowMs;
      if (pausedUntilMs > nowMs) {
        nextMs = Math.min(nextMs, pausedUntilMs);
        continue;
      }
      const freeAtMs = window.freeAtMs(tokens, limits, nowMs);
      if (freeAtMs > nowMs) {
        nextMs = Math.min(nextMs, freeAtMs);
        break;
      }
      queue.delete(waiting);
      waiting.start(turnFor(tokens, nowMs));
    }
    if (nextMs < Infinity) stopTimer = clock.setTimer(nextMs - clock.now(), advance);
    reportWaits();
  }

  /**
   * Tells the callers that do not know it yet how long they wait at least. Only what is certain: requests per minute
   * and pauses. Tokens are not, because a call that ends may give back some of what it was expected to use.
   */
  function reportWaits(): void {
    const nowMs = clock.now();
    const { requestsPerMinute } = limits;
    const freeAtMs = window.freeAtMs(0, { ...(requestsPerMinute !== undefined && { requestsPerMinute }) }, nowMs);
    // A copy: a caller that is told may give up, and others may come.
    const queued = [...queue];
    for (const waiting of queued) {
      const { call, knownUntilMs } = waiting;
      const pausedUntilMs = pauses.get(call.model) ?? nowMs;
      const dueAtMs = Math.max(freeAtMs, pausedUntilMs);
      const isNews = knownUntilMs === undefined || dueAtMs > Math.max(knownUntilMs, nowMs);
      if (!isNews || !queue.has(waiting)) continue;
      waiting.knownUntilMs = dueAtMs;
      const reason = pausedUntilMs > freeAtMs ? "its provider asked for a pause" : limitWords(limits);
      call.onQueued({ leastMs: dueAtMs - nowMs, reason });
    }
  }

  function turnFor(tokens: number, nowMs: number): Turn {
    const sent = window.add(tokens, nowMs);
    running += 1;
    let ended = false;
    const endWith = (count: () => void): void => {
      if (ended) return;
      ended = true;
      running -= 1;
      count();
      advance();
    };
    return {
      isWanted: () => queue.size > 0 && isFull(),
      end: (used) =>
        endWith(() => {
          if (used !== undefined) sent.correct(used, clock.now());
        }),
      cancel: () => endWith(sent.undo),
    };
  }

  return {
    limit(changed) {
      limits = changed;
      advance();
    },
    enter(call) {
      return new Promise((resolve, reject) => {
        const { signal } = call;
        const giveUp = (): void => {
          queue.delete(waiting);
          reject(signal.reason as Error);
          advance();
        };
        const waiting: Waiting = {
          call,
          start(turn) {
            signal.removeEventListener("abort", giveUp);
            resolve(turn);
          },
        };
        if (signal.aborted) return giveUp();
        signal.addEventListener("abort", giveUp, { once: true });
        queue.add(waiting);
        advance();
      });
    },
    pause(model, ms) {
      const nowMs = clock.now();
      for (const [other, untilMs] of pauses) if (untilMs <= nowMs) pauses.delete(other);
      const untilMs = nowMs + Math.min(ms, longestPauseMs);
      if (untilMs <= (pauses.get(model) ?? nowMs)) return;
      pauses.set(model, untilMs);
      advance();
    },
  };
}
