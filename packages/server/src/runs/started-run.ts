import type { Run, RunEvent, RunResult } from "@massgen/core";
import type { Response } from "express";
import type { CompletionIdentity } from "../wires/openai-chat/completion.ts";
import { problemOf } from "./run-failure.ts";
import type { TraceLevel } from "./traces.ts";
import type { Ports } from "../ports.ts";
import { contextOf } from "../http/request-context.ts";
import { noteProblem } from "../http/respond.ts";
import type { ChatParts } from "../http/routes/chat-parts.ts";

/** A run that is under way for a client. */
export interface StartedRun {
  readonly run: Run;
  /** Told of every event. Never throws. */
  readonly observe: ChatParts["observe"];
  readonly traces: TraceLevel;
  readonly identity: CompletionIdentity;
}

/** The result an event brings, if it is the last one. What the log will say is noted. */
export function resultOf(
  event: RunEvent,
  { run, observe }: StartedRun,
  res: Response,
  ports: Pick<Ports, "elapsed">,
): RunResult | undefined {
  const context = contextOf(res);
  observe(event, run.id);
  if (event.type === "content-delta") context.firstContentAt ??= ports.elapsed();
  if (event.type !== "run-finished") return undefined;
  const { result } = event;
  context.receipt = result.receipt;
  context.outcome = result.status === "cancelled" ? "cancelled" : result.receipt.outcome;
  // A client that left was told nothing, and ended its run itself.
  if (result.status !== "answered" && !res.destroyed) noteProblem(res, problemOf(result));
  return result;
}

/** For a run that breaks its promise to end in `run-finished`. */
export function endedWithoutResult(run: Run): Error {
  return new Error(`Run ${run.id} ended without a result.`);
}
