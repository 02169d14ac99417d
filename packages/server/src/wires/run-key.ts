const start = "run_";

/** The part of a run's id that the ids of its answers contain: so no index is needed to find the run. */
export function keyOf(runId: string): string {
  return runId.startsWith(start) ? runId.slice(start.length) : runId;
}

/** The run of a key. */
export function runIdOfKey(key: string): string {
  return start + key;
}
