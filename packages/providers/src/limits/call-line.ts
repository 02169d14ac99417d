import type { QueueWait } from "@massgen/core/model";
import { limitWords, mergedLimits, type BackendLimits } from "./backend-limits.ts";
import type { Clock } from "./clock.ts";
import { createRateWindow } from "./rate-window.ts";

/** The calls of one account, first come, first served, but for models that are on a pause. Without limits nobody waits. */
export interface CallLine {
  /**
   * Adds limits; of two backends of one account each may give some.
   * @throws MassgenError `configuration` when they contradict those that are there
   */
  readonly limit: (type: string, limits: BackendLimits) => void;
  /** How many calls may be made at the same time where no backend gives a limit. */
  readonly assume: (maxConcurrency: number) => void;
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
  /** Sends a model nothing for so long, or for a minute where that is shorter. */
  readonly pause: (model: string, ms: number) => void;
  /** Sends those away who wait, and whoever comes. */
  readonly close: () => void;
}

/** Somebody in line. One of `onTurn` and `onClosed` is called at last, once, unless the place is given up. */
export interface Place {
  readonly model: string;
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

/** A model that is out for longer is better told to whoever asks than waited for. */
const longestPauseMs = 60_000;

export function createCallLine(clock: Clock): CallLine {
  /** Whoever waits, first come first, and the time before which it was told that its turn does not come. */
  const waiting = new Map<Place, number>();
  const window = createRateWindow();
  let given: BackendLimits = {};
  /** Those given, and what is assumed where none are. */
  let limits: BackendLimits = {};
  let assumed: Pick<BackendLimits, "maxConcurrency"> = {};
  let running = 0;
  /** When the pauses of models end. Services count most of their limits by model: https://platform.openai.com/docs/guides/rate-limits */
  const pauses = new Map<string, number>();
  let closed = false;
  let stopTimer: (() => void) | undefined;

  /** Lets go whoever may, sets the one timer of the line where time alone will let somebody go, and tells the others. */
  function advance(): void {
    stopTimer?.();
    stopTimer = undefined;
    let nextMs = Infinity;
    for (const place of waiting.keys()) {
      if (running >= (limits.maxConcurrency ?? Infinity)) break;
      const nowMs = clock.now();
      const pausedUntilMs = pauses.get(place.model) ?? nowMs;
      if (pausedUntilMs > nowMs) {
        nextMs = Math.min(nextMs, pausedUntilMs);
        continue;
      }
      const freeAtMs = window.freeAtMs(place.tokens, limits, nowMs);
      if (freeAtMs > nowMs) {
        nextMs = Math.min(nextMs, freeAtMs);
        break;
      }
      waiting.delete(place);
      place.onTurn(take(place.tokens, nowMs));
    }
    if (nextMs < Infinity) stopTimer = clock.setTimer(nextMs - clock.now(), advance);
    tell();
  }

  /**
   * Tells those who came to wait, or have to wait for longer than they know, what is certain of it. Tokens are not: a call that ends may
   * give back what it was expected to use.
   */
  function tell(): void {
    const nowMs = clock.now();
    const { requestsPerMinute } = limits;
    const freeAtMs = window.freeAtMs(0, { ...(requestsPerMinute !== undefined && { requestsPerMinute }) }, nowMs);
    // A copy: who hears of it may leave, and others may come.
    const held = [...waiting];
    for (const [place, toldMs] of held) {
      const pausedUntilMs = pauses.get(place.model) ?? nowMs;
      const dueAtMs = Math.max(freeAtMs, pausedUntilMs);
      const isNew = toldMs === -Infinity;
      if (!waiting.has(place) || !(isNew || dueAtMs > Math.max(toldMs, nowMs))) continue;
      waiting.set(place, dueAtMs);
      const reason = pausedUntilMs > freeAtMs ? "its provider asked for a pause" : limitWords(limits);
      place.onQueued({ leastMs: dueAtMs - nowMs, reason });
    }
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
      given = mergedLimits(type, given, added);
      limits = { ...assumed, ...given };
    },
    assume(maxConcurrency) {
      assumed = { maxConcurrency };
      limits = { ...assumed, ...given };
      advance();
    },
    waiting: () => waiting.size,
    crowded: () => waiting.size > 0 && running >= (limits.maxConcurrency ?? Infinity),
    limited: () => Object.keys(limits).length > 0,
    words: () => limitWords(limits),
    enter(place) {
      if (closed) return place.onClosed();
      waiting.set(place, -Infinity);
      advance();
    },
    leave(place) {
      if (waiting.delete(place)) advance();
    },
    pause(model, ms) {
      const nowMs = clock.now();
      for (const [other, untilMs] of pauses) if (untilMs <= nowMs) pauses.delete(other);
      const untilMs = nowMs + Math.min(ms, longestPauseMs);
      if (untilMs <= (pauses.get(model) ?? nowMs)) return;
      pauses.set(model, untilMs);
      advance();
    },
    close() {
      closed = true;
      const sentAway = [...waiting.keys()];
      waiting.clear();
      advance();
      for (const place of sentAway) place.onClosed();
    },
  };
}
