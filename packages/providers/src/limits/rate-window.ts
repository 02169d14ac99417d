import type { AccountLimits } from "@massgen/core/model";

/** The calls of the last 60 seconds, and when the next one fits the limits per minute. Has no timer and no clock. */
export interface RateWindow {
  /** The earliest time at which a call of `tokens` may be sent; `nowMs` if it may be sent at once. */
  readonly freeAtMs: (tokens: number, limits: AccountLimits, nowMs: number) => number;
  /** Records a call that is sent now, with the tokens that it is expected to use. */
  readonly add: (tokens: number, nowMs: number) => SentCall;
}

/** A call that was sent. */
interface SentCall {
  /** Replaces the expected tokens by what the call really used. */
  readonly correct: (tokens: number, nowMs: number) => void;
  /** Removes the call: it was not sent after all. */
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
        // A call that needs more than a whole minute's tokens would never fit: it is sent alone.
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
          // Tokens beyond the estimate were used until now, so they count from now. The call may be older than the
          // window.
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
