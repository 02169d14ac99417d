import type { AccountLimits, Limiter } from "@massgen/core";
import { createLimiter } from "@massgen/providers";

/** A limiter that may be exchanged before the first call. */
export interface LateLimiter extends Limiter {
  /** From now on this one decides, by the limits that were set before too. */
  readonly use: (limiter: Limiter) => void;
}

/**
 * Limits the calls of this process, until there is one for all processes: teams are built from the configuration that
 * names the database which keeps their limits.
 */
export function lateLimiter(): LateLimiter {
  let current: Limiter = createLimiter();
  const limits = new Map<string, AccountLimits>();
  return {
    limit(account, set) {
      limits.set(account, set);
      current.limit(account, set);
    },
    acquire: (account, call) => current.acquire(account, call),
    pause: (account, model, ms) => current.pause(account, model, ms),
    use(limiter) {
      current = limiter;
      for (const [account, set] of limits) limiter.limit(account, set);
    },
  };
}
