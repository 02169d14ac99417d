import type { Clock } from "@massgen/core";
import type { Dispatch } from "@massgen/runs";
import type { Database } from "../database/database.ts";
import type { Presence } from "../database/presence.ts";
import { holdersOf } from "./holders.ts";
import { openJobQueue } from "./job-queue.ts";
import { type Failed, onceAMinute } from "./report.ts";
import { startWorker, type Worker } from "./worker.ts";

export interface DispatchParts {
  readonly database: Database;
  readonly presence: Presence;
  readonly clock: Clock;
  /** The version of the rules of this process: it drives runs that were begun under these. */
  readonly rules: number;
  /** Hears of faults that no caller can be told of. */
  readonly failed: Failed;
}

/**
 * Hands out runs to the processes of one database by pg-boss: to each as many as it has places. A process that dies is
 * noticed by its lock, one that is stuck by its silence.
 */
export function postgresDispatch(parts: DispatchParts): Dispatch {
  const { database, presence, rules, clock } = parts;
  const holders = holdersOf(database, presence, rules);
  const begun = Promise.withResolvers<Worker>();
  return {
    async enqueue(run) {
      await (await begun.promise).enqueue(run);
    },
    // Rows say what waits; whoever takes a job whose run is over drops it.
    leave: () => {},
    backlogs: holders.backlogs,
    async work(places, drive, suits) {
      const failed = onceAMinute(parts.failed, clock);
      const queue = await openJobQueue(database, rules, failed);
      try {
        const worker = await startWorker({
          ...parts,
          queue,
          holders,
          places,
          drive,
          suits,
        });
        begun.resolve(worker);
        return worker;
      } catch (error) {
        await queue.close();
        throw error;
      }
    },
  };
}
