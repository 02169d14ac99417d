import type { Fact } from "@massgen/core";
import type { KeptRun, RunSummary } from "../kept-run.ts";

/** One run. What is kept is what was handed over; readers get copies. */
export interface MemoryEntry {
  run: KeptRun;
  readonly log: Fact[];
  /** Which run it is, counted from the first. */
  readonly number: number;
  summary: RunSummary;
  chars: number;
}
