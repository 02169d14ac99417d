import type { KeptRun, RunSummary } from "../kept-run.ts";

/**
 * One run. Its head is what was handed over, and readers get copies. Its facts are JSON: one text each is less for the
 * collector to go through than their parts.
 */
export interface MemoryEntry {
  run: KeptRun;
  readonly log: string[];
  /** Which run it is, counted from the first. */
  readonly number: number;
  summary: RunSummary;
  chars: number;
}
