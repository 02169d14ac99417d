import type { Fact, RunResult } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import type { RunHead } from "./run-file.ts";

/** A run as its file has it. */
export interface KeptLog extends RunHead {
  readonly log: readonly Fact[];
}

/** The result of a run; undefined if it has not ended. */
export function ended({ setup, log }: KeptLog): RunResult | undefined {
  const fold = replay(setup);
  let result: RunResult | undefined;
  for (const fact of log) for (const event of fold(fact)) if (event.type === "run-finished") result = event.result;
  return result;
}

/** Whether a call of it failed for good, so that it may come out better when it is made again. */
export function hasFailures(result: RunResult): boolean {
  return result.status !== "answered" || result.receipt.agents.some(({ status }) => status === "failed");
}
