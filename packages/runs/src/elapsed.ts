import type { KeptLog, KeptRun } from "./kept-run.ts";

/** Milliseconds for which a run has been under way: the time in which it waited for a place does not count. */
export function elapsedMsOf({ createdAtMs }: Pick<KeptRun, "createdAtMs">, [first]: KeptLog, nowMs: number): number {
  if (first === undefined) return 0;
  const startedAtMs = first.type === "run-started" ? (first.dateMs ?? createdAtMs) : createdAtMs;
  return Math.max(0, nowMs - startedAtMs);
}

/** Milliseconds since the last thing that is kept of a run happened. */
export function idleMsOf(run: Pick<KeptRun, "createdAtMs">, log: KeptLog, nowMs: number): number {
  return log.length === 0 ? nowMs - run.createdAtMs : elapsedMsOf(run, log, nowMs) - (log.at(-1)?.atMs ?? 0);
}
