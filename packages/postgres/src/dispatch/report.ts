import type { Clock } from "@massgen/core";

/** Hears of faults that no caller can be told of. */
export type Failed = (message: string, error: unknown) => void;

/** How long the same fault is not reported again, in milliseconds. */
const quietMs = 60_000;

/** The same faults, each of them no more than once a minute: what is asked every second fails every second. */
export function onceAMinute(failed: Failed, clock: Clock): Failed {
  const told = new Map<string, number>();
  return (message, error) => {
    const nowMs = clock.now();
    for (const [other, atMs] of told) if (atMs + quietMs <= nowMs) told.delete(other);
    if (told.has(message)) return;
    told.set(message, nowMs);
    failed(message, error);
  };
}
