import type { Run, RunEvent, RunResult } from "@massgen/core";
import type { Response } from "express";
import type { CompletionIdentity } from "../openai/completion.ts";
import { problemOf } from "../openai/run-failure.ts";
import type { TraceLevel } from "../openai/reasoning.ts";
import { contextOf } from "../request-context.ts";
import { noteProblem } from "../respond.ts";

/** A run that is under way for a client. */
export interface StartedRun {
  readonly run: Run;
  readonly traces: TraceLevel;
  readonly identity: CompletionIdentity;
}

/** The result an event brings, if it is the last one; noted for the log. */
export function resultOf(event: RunEvent, res: Response): RunResult | undefined {
  if (event.type !== "run-finished") return undefined;
  const { result } = event;
  contextOf(res).outcome = result.status === "cancelled" ? "cancelled" : result.receipt.outcome;
  if (result.status !== "answered") noteProblem(res, problemOf(result));
  return result;
}

/** For a run that breaks its promise to end in `run-finished`. */
export function endedWithoutResult(run: Run): Error {
  return new Error(`Run ${run.id} ended without a result.`);
}
