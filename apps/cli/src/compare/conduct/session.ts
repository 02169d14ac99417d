import { rmSync } from "node:fs";
import { MassgenError, type Ports, type RunResult, type Team } from "@massgen/core";
import { isPriced } from "../measure/amounts.ts";
import { driveRun } from "./drive.ts";
import { inParallel } from "./in-parallel.ts";
import { ended, type KeptLog } from "./kept-log.ts";
import type { OutFolder } from "./out-folder.ts";
import type { PlannedRun } from "./plan.ts";
import { type ProgressPorts, startProgress } from "./progress.ts";
import type { Purse } from "./purse.ts";

/** The comparison was stopped; what is done is kept. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

export interface SessionOptions {
  readonly folder: OutFolder;
  readonly ports: Ports;
  readonly signal: AbortSignal;
  /** Runs at a time. */
  readonly parallel: number;
  readonly progress: ProgressPorts;
  readonly purse?: Purse | undefined;
}

/** Makes the runs of a comparison, and counts what they take. */
export class Session {
  readonly #options: SessionOptions;
  #calls = 0;
  #usd: number | null = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get folder(): OutFolder {
    return this.#options.folder;
  }

  /** What all runs have taken that were made or read so far. */
  get spent(): { readonly calls: number; readonly usd: number | null } {
    return { calls: this.#calls, usd: this.#usd };
  }

  /** A run that its file has, or that is made now. @throws StoppedError */
  async run({ path, request }: PlannedRun, team: Team): Promise<KeptLog & { result: RunResult }> {
    const { ports, signal, purse } = this.#options;
    const kept = await driveRun(path, request, {
      team,
      ports,
      signal,
      ...(purse && { allowance: purse }),
    });
    const result = kept && ended(kept);
    if (!result) throw new StoppedError();
    const { calls, costUsd = 0, unreportedCostUsd = 0 } = result.receipt;
    this.#calls += calls.made;
    this.#usd = this.#usd === null || !isPriced(kept.setup) ? null : this.#usd + costUsd + unreportedCostUsd;
    return { ...kept, result };
  }

  /**
   * The answer of a team of one. One that failed is not kept.
   * @throws StoppedError, and MassgenError `configuration` where it failed
   */
  async answer(
    planned: PlannedRun,
    team: Team,
    who: string,
  ): Promise<KeptLog & { readonly text: string; result: RunResult }> {
    const run = await this.run(planned, team);
    if (run.result.status === "answered") return { ...run, text: run.result.text };
    rmSync(planned.path, { force: true });
    const why = run.result.status === "failed" ? run.result.failure.message : "it was cancelled";
    const advice = "What is done is kept; the same command goes on";
    throw new MassgenError("configuration", `${who} did not answer: ${why}. ${advice}.`);
  }

  /**
   * Does tasks side by side.
   * @param what they are, to tell how far they have come; undefined for tasks that take no time
   * @throws StoppedError
   */
  async all(what: string | undefined, tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
    if (tasks.length === 0) return;
    const { parallel, signal, progress } = this.#options;
    const told = what === undefined ? undefined : startProgress(what, tasks.length, progress);
    try {
      await inParallel(
        tasks.map((task) => async () => {
          await task();
          told?.done(this.#usd);
        }),
        parallel,
        signal,
      );
    } finally {
      told?.end();
    }
    if (signal.aborted) throw new StoppedError();
  }
}
