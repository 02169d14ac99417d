import type { BackendLimits } from "./backend-limits.ts";

/** The calls of the last 60 seconds, against what may be sent in that time. Holds no timer and asks no clock. */
export interface RateWindow {
  /** The earliest time at which a call of so many tokens may be sent; `nowMs` or before where that is at once. */
  readonly freeAtMs: (tokens: number, limits: BackendLimits, nowMs: number) => number;
  /** Notes a call that is sent now, with the tokens it is expected to use. */
  readonly add: (tokens: number, nowMs: number) => SentCall;
}

/** A call that was sent. */
interface SentCall {
  /** Puts what the call really used in the place of what was expected. */
  readonly correct: (tokens: number, nowMs: number) => void;
  /** Takes it out: it was not sent after all. */
  readonly undo: () => void;
}

interface Entry {
  readonly atMs: number;
  readonly calls: 0 | 1;
  tokens: number;
}

const windowMs = 60_000;

export function createRateWindow(): RateWindow {
  /** In order of time. */
  let entries: Entry[] = [];

  function forget(nowMs: number): void {
    const first = entries.findIndex(({ atMs }) => atMs + windowMs > nowMs);
    if (first !== 0) entries = first < 0 ? [] : entries.slice(first);
  }

  return {
    freeAtMs(tokens, { requestsPerMinute = Infinity, tokensPerMinute = Infinity }, nowMs) {
      forget(nowMs);
      let calls = entries.reduce((sum, entry) => sum + entry.calls, 0);
      let used = entries.reduce((sum, entry) => sum + entry.tokens, 0);
      let freeAtMs = nowMs;
      for (const entry of entries) {
        // What is more than a whole minute's share goes out alone: it would never fit.
        if (calls < requestsPerMinute && (used + tokens <= tokensPerMinute || used <= 0)) break;
        freeAtMs = entry.atMs + windowMs;
        calls -= entry.calls;
        used -= entry.tokens;
      }
      return freeAtMs;
    },
    add(tokens, nowMs) {
      const entry: Entry = { atMs: nowMs, calls: 1, tokens };
      entries.push(entry);
      return {
        correct(real, correctedAtMs) {
          // What was used beyond the estimate was used up to now: it counts from now, also when the call took longer than the window.
          if (real > tokens) entries.push({ atMs: correctedAtMs, calls: 0, tokens: real - tokens });
          else entry.tokens = real;
        },
        undo() {
          entries = entries.filter((other) => other !== entry);
        },
      };
    },
  };
}
