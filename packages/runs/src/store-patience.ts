import type { Clock } from "@massgen/core";
import { StoreError } from "./store-error.ts";

/** How long a store that fails is asked again, in milliseconds. */
const patienceMs = 60_000;

const firstPauseMs = 250;
const longestPauseMs = 5000;

/**
 * Asks a store again while it is full or does not answer, for up to {@link patienceMs}.
 * @throws StoreError the last one, after that
 */
export async function patiently<T>(ask: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  const giveUpAt = clock.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await ask();
    } catch (error) {
      const passing = error instanceof StoreError && (error.reason === "full" || error.reason === "unavailable");
      if (!passing || signal.aborted || clock.now() + pauseMs > giveUpAt) throw error;
    }
    await pause(pauseMs, clock, signal);
  }
}

/** Resolves after some time, or when the signal is aborted. */
export function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      cancelTimer();
      signal.removeEventListener("abort", over);
      resolve();
    };
    const cancelTimer = clock.setTimer(ms, over);
    if (signal.aborted) over();
    else signal.addEventListener("abort", over);
  });
}
