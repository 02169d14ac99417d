import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Fact } from "../../src/coordination/event.ts";
import type { Setup } from "../../src/coordination/state.ts";

/** A run of real models as `massgen compare` kept it, and what it came to. */
export interface Recording {
  readonly question: string;
  readonly setup: Setup;
  readonly facts: readonly Fact[];
  /** The winning candidate's id, the outcome, the calls ordered, and the text that went out. */
  readonly came: { readonly winner: string; readonly outcome: string; readonly calls: number; readonly text: string };
}

/** A file holds a team's runs, one a line. */
export const recordingsFolder = join(import.meta.dirname, "runs");

export function readRecordings(): readonly Recording[] {
  return readdirSync(recordingsFolder).flatMap((name) =>
    readFileSync(join(recordingsFolder, name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Recording),
  );
}
