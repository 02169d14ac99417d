import type { QueueWait } from "@massgen/core/model";
import { limitWords, mergedLimits, type BackendLimits } from "./backend-limits.ts";
import type { Clock } from "./clock.ts";
import { createRateWindow } from "./rate-window.ts";

/** The calls of one account, first come, first served. Without limits nobody waits. */
export interface CallLine {
  /**
   * Adds limits; of two backends of one account each may give some.
   * @throws MassgenError `configuration` when they contradict those that are there
   */
  readonly limit: (type: string, limits: BackendLimits) => void;
  /** Calls whose turn has not come. */
  readonly waiting: () => number;
  /** Whether somebody waits because so many calls are under way. */
  readonly crowded: () => boolean;
  /** Whether there is any limit. */
  readonly limited: () => boolean;
  /** The limits in the words of a configuration. */
  readonly words: () => string;
  /** Waits for one's turn. What the place says decides how the waiting ends otherwise. */
  readonly enter: (place: Place) => void;
  /** Gives up a place; does nothing when its turn has come. */
  readonly leave: (place: Place) => void;
  /** Sends nothing for so long, or for a minute where that is shorter. */
  readonly pause: (ms: number) => void;
  /** Sends those away who wait, and whoever comes. */
  readonly close: () => void;
}

/** Somebody in line. One of `onTurn` and `onClosed` is called at last, once, unless the place is given up. */
export interface Place {
  /** What the call is expected to use. */
  readonly tokens: number;
  /** The turn does not come at once. Called again when it comes later than was said. */
  readonly onQueued: (wait: QueueWait) => void;
  readonly onTurn: (turn: Turn) => void;
  readonly onClosed: () => void;
}

/** A call that may be made now. */
export interface Turn {
  /** Lets the next in line go; `tokens` is what the call used, where that is known. Doing it again does nothing. */
  readonly end: (tokens: number | undefined) => void;
  /** The same for a call that is not made after all, and counts for nothing. */
  readonly pass: () => void;
}

/** An account that is out for longer is better told to whoever asks than waited for. */
const longestPauseMs = 60_000;

export function createCallLine(clock: Clock): CallLine {
  const waiting = new Set<Place>();
  const window = createRateWindow();
  let limits: BackendLimits = {};
  let running = 0;
  let pausedUntilMs = -Infinity;
  let closed = false;
  let stopTimer: (() => void) | undefined;

  /** Lets go whoever may, and sets the one timer of the line if the first one's time is yet to come. */
  function advance(): void {
    stopTimer?.();
    stopTimer = undefined;
    for (const first of waiting) {
      if (running >= (limits.maxConcurrency ?? Infinity)) return;
      const nowMs = clock.now();
      const dueAtMs = Math.max(pausedUntilMs, window.freeAtMs(first.tokens, limits, nowMs));
      if (dueAtMs > nowMs) {
        stopTimer = clock.setTimer(dueAtMs - nowMs, advance);
        return;
      }
      waiting.delete(first);
      first.onTurn(take(first.tokens, nowMs));
    }
  }

  /** What is certain of a wait. Tokens are not: a call that ends may give back what it was expected to use. */
  function wait(): QueueWait {
    const nowMs = clock.now();
    const { requestsPerMinute } = limits;
    const freeAtMs = window.freeAtMs(0, { ...(requestsPerMinute !== undefined && { requestsPerMinute }) }, nowMs);
    const paused = pausedUntilMs > freeAtMs;
    return {
      leastMs: Math.max(pausedUntilMs, freeAtMs) - nowMs,
      reason: paused ? "its provider asked for a pause" : limitWords(limits),
    };
  }

  function take(tokens: number, nowMs: number): Turn {
    const sent = window.add(tokens, nowMs);
    running += 1;
    let ended = false;
    const end = (book: () => void): void => {
      if (ended) return;
      ended = true;
      running -= 1;
      book();
      advance();
    };
    return {
      end: (used) =>
        end(() => {
          if (used !== undefined) sent.correct(used, clock.now());
        }),
      pass: () => end(sent.undo),
    };
  }

  return {
    limit(type, added) {
      limits = mergedLimits(type, limits, added);
    },
    waiting: () => waiting.size,
    crowded: () => waiting.size > 0 && running >= (limits.maxConcurrency ?? Infinity),
    limited: () => Object.keys(limits).length > 0,
    words: () => limitWords(limits),
    enter(place) {
      if (closed) return place.onClosed();
      waiting.add(place);
      advance();
      if (waiting.has(place)) place.onQueued(wait());
    },
    leave(place) {
      if (waiting.delete(place)) advance();
    },
    pause(ms) {
      const untilMs = clock.now() + Math.min(ms, longestPauseMs);
      if (untilMs <= pausedUntilMs) return;
      pausedUntilMs = untilMs;
      advance();
      // A copy: who hears of it may leave, and others may come.
      const held = [...waiting];
      for (const place of held) if (waiting.has(place)) place.onQueued(wait());
    },
    close() {
      closed = true;
      const sentAway = [...waiting];
      waiting.clear();
      advance();
      for (const place of sentAway) place.onClosed();
    },
  };
}
