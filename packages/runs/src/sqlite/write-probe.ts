import type { Clock } from "@massgen/core";

/** Whether a file can be written to, as far as it is known. */
export interface WriteProbe {
  /** Something was written just now. */
  readonly worked: () => void;
  /** Something could not be written. */
  readonly failed: () => void;
  /**
   * Resolves if the last write worked, or a new one does. Rejects with what the new one, or the last probe, failed
   * with.
   */
  readonly ask: () => Promise<void>;
}

/** What a probe writes: enough to need room of its own, little enough to be written often. */
export const probeBytes = Buffer.alloc(16 * 1024);

/** How long the result of a write counts, in milliseconds: whoever asks oftener gets the same. */
const countsMs = 2000;

/** Finds out by writing. What is written anyway counts as well, so that a busy store is not probed. */
export function writeProbe(clock: Pick<Clock, "now">, write: () => Promise<void>): WriteProbe {
  let workedAt = -Infinity;
  let probedAt = -Infinity;
  let probed: Promise<void> = Promise.resolve();
  return {
    worked() {
      workedAt = clock.now();
    },
    failed() {
      workedAt = -Infinity;
    },
    async ask() {
      const now = clock.now();
      if (now - workedAt < countsMs) return;
      if (now - probedAt >= countsMs) {
        probedAt = now;
        probed = write();
        // Who asks hears of it.
        probed.catch(() => {});
      }
      await probed;
    },
  };
}
