import type { Clock } from "@massgen/core";
import type { Dispatch, DispatchWork, Drive, Suits } from "@massgen/runs";
import { pause } from "@massgen/runs/parts";
import type { Presence } from "../database/presence.ts";
import type { Holders } from "./holders.ts";
import type { Job, JobQueue } from "./job-queue.ts";
import { adoption } from "./adoption.ts";
import type { Failed } from "./report.ts";

export interface WorkerParts {
  readonly queue: JobQueue;
  readonly holders: Holders;
  readonly presence: Presence;
  readonly clock: Clock;
  /** How many runs are driven here at once, asked anew each time. */
  readonly places: () => number;
  readonly drive: Drive;
  readonly suits: Suits;
  readonly failed: Failed;
}

/** Takes runs from the queue and has them driven. */
export interface Worker extends DispatchWork {
  readonly enqueue: Dispatch["enqueue"];
}

/** How often runs are asked for that nobody told of, in milliseconds. */
const pollMs = 1000;
/** How often this process says that it drives its runs, and looks for those of processes that are gone. */
const sweepMs = 3000;
/** How long a run that could not be driven waits before it is tried again. */
const againMs = 5000;
/**
 * A run that waits for longer may have no job: its process died between keeping it and putting it in line. Only the
 * oldest are looked at; what stands behind them comes later anyway.
 */
const forgottenMs = 10_000;
const mostForgotten = 1000;
/** After a break of Postgres the others need as long as this to take their locks again. */
const returnMs = 5000;

/** A run that is driven here. */
interface Driven {
  readonly job: Job;
  readonly lost: AbortController;
  readonly over: Promise<void>;
}

export async function startWorker(parts: WorkerParts): Promise<Worker> {
  const { queue, holders, presence, clock, places, drive, failed } = parts;
  const driven = new Map<string, Driven>();
  const adopt = adoption({ ...parts, isOver: () => stopped });
  let waiting = 0;
  /** No more runs are taken. */
  let stopped = false;
  /** Nothing is driven here any more. */
  let ended = false;
  /** From when on a lock that is free proves that its process is gone. */
  let trustedFromMs = -Infinity;
  let asking: Promise<void> | undefined;
  let askAgain = false;
  let stopPolling = (): void => {};
  let stopSweeping = (): void => {};

  /** Asks for as many runs as there are places. */
  function ask(): void {
    askAgain = true;
    asking ??= askWhileThereAreMore()
      .catch((error: unknown) => {
        askAgain = false;
        failed("no runs could be taken from the queue", error);
      })
      .finally(() => {
        asking = undefined;
        if (askAgain) ask();
      });
  }

  async function askWhileThereAreMore(): Promise<void> {
    while (askAgain) {
      askAgain = false;
      const free = places() - driven.size;
      if (stopped || free <= 0) return;
      const jobs = await queue.take(free);
      for (const job of jobs) begin(job);
      if (jobs.length === free) askAgain = true;
    }
  }

  function begin(job: Job): void {
    // Its heartbeat came too late, and it was handed back to us: what we do with it still is of the attempt before.
    driven.get(job.run)?.lost.abort();
    const lost = new AbortController();
    const over = attempt(job, lost.signal).finally(() => {
      if (driven.get(job.run)?.job === job) driven.delete(job.run);
      ask();
    });
    driven.set(job.run, { job, lost, over });
  }

  /** Drives a run. It leaves the queue when it is over, and goes back in line when it could not be driven. */
  async function attempt(job: Job, lost: AbortSignal): Promise<void> {
    try {
      const left = await holders.claim(job.run);
      if (left !== undefined) {
        waiting -= 1;
        await drive(job.run, lost, left);
      }
      if (!lost.aborted) await queue.done([job]);
    } catch (error) {
      if (lost.aborted) return;
      failed(`the run ${job.run} could not be driven`, error);
      await pause(againMs, clock, lost);
      if (!lost.aborted) await putBack([job]);
    }
  }

  async function putBack(jobs: readonly Job[]): Promise<void> {
    try {
      await holders.release(jobs.map(({ run }) => run));
      await queue.giveBack(jobs);
    } catch (error) {
      // Their heartbeats end, and the lock of this process does when it ends: they are taken over by these.
      failed("runs could not be given back to the queue", error);
    }
  }

  async function sweep(): Promise<void> {
    const mine = [...driven.values()];
    const kept = new Set(await queue.keep(mine.map(({ job }) => job)));
    for (const { job, lost } of mine) if (!kept.has(job)) lost.abort();
    // Whatever made this process leave a run: nobody else may take one that it is noted to drive.
    await holders.release((await holders.held()).filter((run) => !driven.has(run)));
    await presence.holdOn();
    if (clock.now() >= trustedFromMs) {
      const orphans = await holders.orphans();
      await queue.takeAway(orphans);
      await queue.add(orphans);
    }
    await queue.add(await holders.undriven({ nowMs: clock.date(), youngMs: forgottenMs }, mostForgotten));
    waiting = await holders.waiting();
    adopt();
  }

  function keepPolling(): void {
    ask();
    stopPolling = clock.setTimer(pollMs, keepPolling);
  }

  function keepSweeping(): void {
    stopSweeping = clock.setTimer(sweepMs, () => {
      sweep()
        .catch((error: unknown) => {
          if (!ended) failed("runs of processes that are gone could not be looked for", error);
        })
        .finally(() => {
          if (!ended) keepSweeping();
        });
    });
  }

  await sweep();
  keepSweeping();
  keepPolling();
  presence.listen("massgen_queue", (name) => {
    if (name === undefined) trustedFromMs = clock.now() + returnMs;
    if (name === undefined || name === queue.name) ask();
  });

  return {
    counts: () => ({ driven: driven.size, waiting: Math.max(0, waiting) }),
    async enqueue({ id }) {
      waiting += 1;
      await queue.add([id]);
    },
    async stop(graceMs) {
      stopped = true;
      stopPolling();
      // What is handed out just now is driven here, or given back with the others.
      await asking;
      const runs = (): readonly Driven[] => [...driven.values()];
      const cancelTimer = clock.setTimer(graceMs, () => {
        for (const { lost } of runs()) lost.abort();
      });
      const left: Job[] = [];
      await Promise.all(
        runs().map(async ({ job, lost, over }) => {
          await over;
          if (lost.signal.aborted) left.push(job);
        }),
      );
      cancelTimer();
      ended = true;
      stopSweeping();
      await putBack(left);
      await queue.close();
    },
  };
}
