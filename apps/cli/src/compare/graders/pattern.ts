import { TimedWorker } from "@massgen/core/worker";

export interface PatternJob {
  readonly source: string;
  readonly flags: string;
  readonly text: string;
}

/** What one pattern may take of the processor on one answer, in milliseconds. */
const limitMs = 1000;
/** Of an answer, what a pattern sees, in characters. */
const mostChars = 200_000;

const file = import.meta.url.endsWith(".ts")
  ? new URL("./pattern-worker.ts", import.meta.url)
  : new URL("./pattern-worker.js", import.meta.url);
const worker = new TimedWorker<PatternJob, boolean>(file, 64);

/** Why a pattern cannot be used; undefined if it can. Compiling it takes no longer than reading it. */
export function patternProblem(source: string, flags: string): string | undefined {
  try {
    void new RegExp(source, flags);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "it cannot be read";
  }
}

/**
 * Whether a pattern is found in an answer, in a thread that is stopped after a second.
 * @throws JobKilledError if it takes longer
 */
export function isFound(source: string, flags: string, text: string): Promise<boolean> {
  return worker.run({ source, flags, text: text.slice(0, mostChars) }, { limitsMs: [limitMs] });
}
