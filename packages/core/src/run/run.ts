import type { RunResult } from "../coordination/announcement.ts";
import type { RunEvent } from "./run-event.ts";

/**
 * A run under way. Iterate it once for everything that happens; the last event is `run-finished`, whatever the end, and
 * iteration itself never throws. Leaving the loop early cancels the run.
 */
export interface Run extends AsyncIterable<RunEvent> {
  readonly id: string;
  /** The answer. Rejects with a MassgenError when the run failed or was cancelled. */
  readonly result: Promise<Extract<RunResult, { status: "answered" }>>;
}
