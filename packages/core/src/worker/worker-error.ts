/** A job was killed: its time or its memory was used up. */
export class JobKilledError extends Error {
  override readonly name = "JobKilledError";
}

/** The thread did not come up: no job can be done. */
export class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
}
