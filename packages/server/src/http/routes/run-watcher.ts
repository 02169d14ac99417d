import type { Run } from "@massgen/core";
import type { Response } from "express";
import type { RunWatcher } from "../../runs/read-run.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { contextOf } from "../request-context.ts";
import { noteProblem } from "../respond.ts";
import { describe } from "../thrown.ts";

type WatchParts = Pick<AnswerParts, "observe" | "ports">;

/** Records the run for the request's log entry. */
export function watcherOf({ observe, ports }: WatchParts, run: Pick<Run, "id">, res: Response): RunWatcher {
  const context = contextOf(res);
  return {
    event(event) {
      observe(event, run.id);
      if (event.type === "content-delta") context.firstContentAt ??= ports.clock.now();
    },
    ended(result, problem) {
      context.receipt = result.receipt;
      context.outcome = result.status === "cancelled" ? "cancelled" : result.receipt.outcome;
      // A client that left received no problem, and ended its run itself.
      if (problem !== undefined && (context.detached === true || !res.destroyed)) noteProblem(res, problem);
    },
    broke(error) {
      context.error = describe(error);
    },
  };
}
