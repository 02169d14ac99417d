import { traceLines, type RunResult } from "@massgen/core";
import type { Response } from "express";
import { toCompletion } from "../wires/openai-chat/completion.ts";
import { foldReasoning } from "./traces.ts";
import { problemOf } from "./run-failure.ts";
import { respondProblem } from "../http/respond.ts";
import type { ChatParts } from "../http/routes/chat-parts.ts";
import { endedWithoutResult, resultOf, type StartedRun } from "./started-run.ts";

/** Waits for the run and sends its answer, or its failure, as one JSON body. */
export async function answerJson({ respond, ports }: ChatParts, started: StartedRun, res: Response): Promise<void> {
  const { run, traces, identity } = started;
  const fold = foldReasoning(traces, traceLines);
  let reasoning = "";
  let result: RunResult | undefined;
  for await (const event of run) {
    reasoning += fold.next(event);
    result = resultOf(event, started, res, ports);
  }
  if (result === undefined) throw endedWithoutResult(run);
  if (res.destroyed) return;
  if (result.status === "answered") respond(res, 200, toCompletion(identity, result, reasoning));
  else respondProblem(respond, res, problemOf(result));
}
