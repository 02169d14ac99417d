import type { RunFilter, RunSummary } from "@massgen/runs";
import type { History } from "./history.ts";
import type { Whose } from "./whose.ts";
import { type Sums, SumsFold } from "./sums.ts";

/** The most runs that one answer counts. */
const mostCounted = 10_000;

/** Rows that are read at once: a store in this process holds everything up meanwhile, for some milliseconds. */
const pageLength = 200;

/** Sums over the newest runs that a filter lets through. */
export interface CountedSums extends Sums {
  /** When the oldest run began that was counted, in milliseconds since 1970; absent if all were. */
  readonly countedFromMs?: number;
}

interface Reading {
  readonly signal: AbortSignal;
  /** Lets others have their turn, between two pages. */
  readonly pause: () => Promise<void>;
  /** How many runs at most. */
  readonly most?: number;
}

/**
 * Adds up runs, the newest first.
 * @throws ProblemError `store-unavailable`
 */
export async function readSums(
  { kept }: Pick<History, "kept">,
  whose: Whose,
  filter: RunFilter,
  { signal, pause, most = mostCounted }: Reading,
): Promise<CountedSums> {
  const fold = new SumsFold();
  let counted = 0;
  let { untilMs } = filter;
  let last: RunSummary | undefined;
  /** Those of the millisecond at which the next page begins. */
  let seen = new Set<string>();
  while (!signal.aborted) {
    const limit = pageLength + seen.size;
    // By time and not behind a run, which may be removed meanwhile.
    const page = await kept(whose, { ...filter, limit, ...(untilMs !== undefined && { untilMs }) });
    for (const run of page) {
      if (seen.has(run.id)) continue;
      if (counted === most) return { ...fold.sums(), countedFromMs: last?.createdAtMs ?? 0 };
      fold.add(run);
      counted += 1;
      if (run.createdAtMs !== last?.createdAtMs) seen = new Set();
      seen.add(run.id);
      last = run;
    }
    if (last === undefined || page.length < limit) break;
    untilMs = last.createdAtMs + 1;
    await pause();
  }
  return fold.sums();
}
