import type { AccountLimits } from "@massgen/core";

/** What this process may do on its own while the database, which keeps the limits for all, does not answer. */
export interface Share {
  /** Whether a call fits this process's part of the limits, of which every other process may use as much. */
  readonly fits: (tokens: number, limits: AccountLimits, processes: number, nowMs: number) => boolean;
  /** A call is sent, whoever allowed it. Returns what to call when it has ended, or was not sent after all. */
  readonly add: (tokens: number, nowMs: number) => { readonly ended: () => void; readonly unsent: () => void };
}

const windowMs = 60_000;

export function createShare(): Share {
  /** Calls of the last minute. */
  let sent: readonly { readonly atMs: number; readonly tokens: number }[] = [];
  let running = 0;

  return {
    fits(tokens, { maxConcurrency, requestsPerMinute, tokensPerMinute }, processes, nowMs) {
      sent = sent.filter(({ atMs }) => atMs + windowMs > nowMs);
      const part = (limit = Infinity): number => Math.max(1, Math.floor(limit / processes));
      const used = sent.reduce((sum, call) => sum + call.tokens, 0);
      const tokensFit = used === 0 || used + tokens <= part(tokensPerMinute);
      return running < part(maxConcurrency) && sent.length < part(requestsPerMinute) && tokensFit;
    },
    add(tokens, nowMs) {
      const call = { atMs: nowMs, tokens };
      sent = [...sent.filter(({ atMs }) => atMs + windowMs > nowMs), call];
      running += 1;
      return {
        ended() {
          running -= 1;
        },
        unsent() {
          running -= 1;
          sent = sent.filter((other) => other !== call);
        },
      };
    },
  };
}
