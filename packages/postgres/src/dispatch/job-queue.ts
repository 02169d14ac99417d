import { createHash } from "node:crypto";
import { PgBoss } from "pg-boss";
import type { Database } from "../database/database.ts";
import { storeErrorOf } from "../database/postgres-error.ts";
import type { Failed } from "./report.ts";

/** A run that was handed to this process. Once it is handed to another, what is said of it here has no effect. */
export interface Job {
  readonly run: string;
  readonly id: string;
  readonly retryCount: number;
}

/** The runs that wait to be driven, or are: one job each. */
export interface JobQueue {
  readonly name: string;
  /** Puts runs in line that have no job. */
  readonly add: (runs: readonly string[]) => Promise<void>;
  /** Takes the oldest that wait, at most this many. They are ours as long as `keep` is called in time. */
  readonly take: (most: number) => Promise<readonly Job[]>;
  /** Says that these are still driven here; resolves with those that are ours still. */
  readonly keep: (jobs: readonly Job[]) => Promise<readonly Job[]>;
  /** These are over. */
  readonly done: (jobs: readonly Job[]) => Promise<void>;
  /** Puts these back in line, at their old places. */
  readonly giveBack: (jobs: readonly Job[]) => Promise<void>;
  /** Puts runs back in line, whoever had them. */
  readonly takeAway: (runs: readonly string[]) => Promise<void>;
  /** Takes a run out of the queue of older rules, where it is in line, or was. */
  readonly forget: (run: string, rules: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The least that pg-boss takes: a job whose process says nothing for so long is handed to another, in seconds. */
const heartbeatSeconds = 10;

/** Far above what the log's own count of losses allows: the rules end a run, not its queue. */
const retryLimit = 1_000_000;

/** Longer than any run lasts, and less than a day, which is the most, in seconds. */
const expireInSeconds = 86_000;

/** Opens the queue of the runs that rules of this version drive. pg-boss keeps it in a schema `massgen_jobs`. */
export async function openJobQueue(database: Database, rules: number, failed: Failed): Promise<JobQueue> {
  const name = nameOf(rules);
  const boss = new PgBoss({
    // pg-boss reads rows as `pg` gives them, several results of several statements among them.
    db: { executeSql: (text, values) => database.pool.query(text, values) },
    schema: "massgen_jobs",
    // Nothing notifies of a job whose process died: it has to be looked for.
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  boss.on("error", (error) => failed("the queue of runs failed", storeErrorOf(error, database.where)));

  async function within<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storeErrorOf(error, database.where);
    }
  }

  const queue: JobQueue = {
    name,
    add: (runs) =>
      within(async () => {
        if (runs.length === 0) return;
        await boss.insert(
          name,
          runs.map((run) => ({ id: jobIdOf(run), data: { run } })),
        );
        await ring();
      }),
    take: (most) =>
      within(async () => {
        const jobs = await boss.fetch<{ readonly run: string }>(name, { batchSize: most });
        return jobs.map(({ id, retryCount, data }) => ({ id, retryCount, run: data.run }));
      }),
    keep: (jobs) =>
      within(async () => {
        if (jobs.length === 0) return jobs;
        const { settled } = (await boss.touch(name, attemptsOf(jobs))) as { readonly settled?: readonly string[] };
        return settled === undefined ? jobs : jobs.filter(({ id }) => settled.includes(id));
      }),
    done: (jobs) =>
      within(async () => {
        if (jobs.length > 0) await boss.deleteJob(name, attemptsOf(jobs));
      }),
    giveBack: (jobs) =>
      within(async () => {
        if (jobs.length === 0) return;
        await boss.fail(name, attemptsOf(jobs));
        await ring();
      }),
    takeAway: (runs) =>
      within(async () => {
        if (runs.length > 0) await boss.fail(name, runs.map(jobIdOf));
      }),
    forget: (run, older) =>
      within(async () => {
        if ((await boss.getQueue(nameOf(older))) !== null) await boss.deleteJob(nameOf(older), jobIdOf(run));
      }),
    close: () => within(() => boss.stop({ graceful: false, close: false })),
  };

  /** Wakes the processes that have a place free. */
  async function ring(): Promise<void> {
    await database.query("select pg_notify('massgen_queue', $1)", [name]);
  }

  // Two processes that both make the tables of pg-boss get in each other's way.
  await database.transaction(async (query) => {
    await query("select pg_advisory_xact_lock(hashtextextended('massgen jobs', 0))");
    await within(async () => {
      await boss.start();
      await boss.createQueue(name, { heartbeatSeconds, retryLimit, retryDelay: 0, expireInSeconds });
    });
  });
  return queue;
}

function nameOf(rules: number): string {
  return `massgen-r${rules}`;
}

function attemptsOf(jobs: readonly Job[]): { readonly id: string; readonly retryCount: number }[] {
  return jobs.map(({ id, retryCount }) => ({ id, retryCount }));
}

/** A job's id must be a UUID. It follows from the run's: a run that is put in line twice has one job. */
function jobIdOf(run: string): string {
  const hex = createHash("sha256").update(`massgen run ${run}`).digest("hex");
  // Version 8, made in a way of our own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
