import {
  type Agent,
  type Allowance,
  MassgenError,
  type Ports,
  resumeRun,
  type RunRequest,
  type Team,
} from "@massgen/core";
import { ended, type KeptLog } from "./kept-log.ts";
import { openRunFile } from "./run-file.ts";

/** What runs need besides what is asked. */
export interface DriveParts {
  readonly team: Pick<Team, "setupFor"> & { readonly agents: readonly Agent[] };
  readonly ports: Ports;
  /** The money of all runs; absent where there is no limit. */
  readonly allowance?: Allowance | undefined;
  /** Stops the run: what is finished of it is kept. */
  readonly signal: AbortSignal;
}

/**
 * Makes a run, or goes on with one that was stopped or killed. Each fact is in the file before anything comes of it, so
 * that no finished call is ever made again.
 * @returns the whole run; undefined if it was stopped
 * @throws MassgenError `configuration` where it cannot be kept
 */
export async function driveRun(path: string, request: RunRequest, parts: DriveParts): Promise<KeptLog | undefined> {
  const { team, ports, allowance, signal } = parts;
  const file = await openRunFile(path);
  try {
    const head = file.head ?? { setup: team.setupFor({ ...request, ...(allowance && { allowance }) }), request };
    const kept: KeptLog = { ...head, log: file.log };
    if (ended(kept)) return kept;
    if (signal.aborted) return undefined;
    if (!file.head) await file.begin(head);
    const appends = { open: 0 };
    const run = resumeRun({
      setup: head.setup,
      agents: team.agents,
      request: { ...head.request, ...(allowance && { allowance }) },
      log: file.log,
      // The time in which nobody drove it does not count: deadlines are those of one go.
      elapsedMs: file.log.at(-1)?.atMs ?? 0,
      // Nothing here ends its process by what it asks, so that a crash counts against no run.
      cause: "handed-back",
      journal: {
        append: async (facts) => {
          appends.open += 1;
          try {
            await file.append(facts);
            return "kept";
          } finally {
            appends.open -= 1;
          }
        },
      },
      ports,
    });
    // A call that has just ended is on its way to the file, perhaps behind another.
    const stop = (): void => void setImmediate(() => (appends.open > 0 ? stop() : run.abandon()));
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    try {
      for await (const _ of run.events({ joined: false }));
      if (!signal.aborted) await run.settled();
    } finally {
      signal.removeEventListener("abort", stop);
    }
    const whole: KeptLog = { ...head, log: run.record().log };
    if (ended(whole)) return whole;
    if (signal.aborted) return undefined;
    const { cause } = await run.answer().then(
      () => new Error("none"),
      (error: Error) => error,
    );
    const why = cause instanceof Error ? cause.message : "unknown";
    throw new MassgenError("configuration", `a run could not be kept in ${path}: ${why}`, { cause });
  } finally {
    await file.close();
  }
}
