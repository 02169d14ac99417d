import type { Clock } from "@massgen/core";
import type { Suits } from "@massgen/runs";
import type { Holders } from "./holders.ts";
import type { JobQueue } from "./job-queue.ts";
import type { Failed } from "./report.ts";

interface AdoptionParts {
  readonly queue: Pick<JobQueue, "add" | "forget">;
  readonly holders: Pick<Holders, "older" | "adopt">;
  readonly clock: Clock;
  readonly suits: Suits;
  readonly failed: Failed;
  /** Whether this process takes no more runs. */
  readonly isOver: () => boolean;
}

/** A younger run has the time to be taken by a process of its own rules. */
const youngMs = 10_000;
/** How many runs are looked at in one go. */
const most = 1000;
/** How long a run that did not suit is left alone, in milliseconds. */
const againMs = 60_000;

/**
 * Takes over the runs of older rules that no process drives, if they suit this one. Returns what looks for them, in its
 * own time: a log has to be read for each.
 */
export function adoption({ queue, holders, clock, suits, failed, isOver }: AdoptionParts): () => void {
  /** Those that did not suit, and when they may be asked about again. */
  const left = new Map<string, number>();
  let looking = false;

  async function look(): Promise<void> {
    for (const [run, untilMs] of left) if (untilMs <= clock.now()) left.delete(run);
    for (const run of await holders.older({ nowMs: clock.date(), youngMs }, most)) {
      if (isOver()) return;
      if (left.has(run)) continue;
      if (!(await suits(run))) {
        left.set(run, clock.now() + againMs);
        continue;
      }
      const rules = await holders.adopt(run);
      if (rules === undefined) continue;
      await queue.add([run]);
      await queue.forget(run, rules);
    }
  }

  return () => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => {
        if (!isOver()) failed("runs of older rules could not be taken over", error);
      })
      .finally(() => {
        looking = false;
      });
  };
}
