import { traceLines, type RunResult } from "@massgen/core";
import type { Response } from "express";
import { describe, toProblem } from "../http/middleware/error-handler.ts";
import { toChunks } from "../wires/openai-chat/chunks.ts";
import { errorBody } from "../problem.ts";
import { contextOf } from "../http/request-context.ts";
import { dataFrame, done, errorFrames } from "../wires/frame.ts";
import { openEventStream } from "../http/event-stream.ts";
import type { ChatParts } from "../http/routes/chat-parts.ts";
import { endedWithoutResult, resultOf, type StartedRun } from "./started-run.ts";

/**
 * Sends the run as it goes, at the client's pace: the next event is taken when the socket took the last one. The status is 200 from
 * the first moment, so every failure is told in the stream: one that merely ended would count as a success to many clients.
 */
export async function answerStream(
  { options, ports }: ChatParts,
  started: StartedRun,
  includeUsage: boolean,
  res: Response,
): Promise<void> {
  const { run, traces, identity } = started;
  let result: RunResult | undefined;
  const stream = openEventStream(res, options, ports);
  contextOf(res).firstByteAt = ports.elapsed();
  try {
    const fold = toChunks({ ...identity, includeUsage, traces, traceLines });
    await stream.write(dataFrame(fold.start()));
    for await (const event of run) {
      result = resultOf(event, started, res, ports);
      const frames = fold.next(event).map((frame) => ("error" in frame ? errorFrames(frame) : dataFrame(frame)));
      await stream.write(frames.join(""));
      // What might still go wrong is no part of the answer any more.
      if (result !== undefined) break;
    }
    if (result === undefined) throw endedWithoutResult(run);
  } catch (error) {
    contextOf(res).error = describe(error);
    if (result === undefined) await stream.write(errorFrames(errorBody(toProblem(error))));
  }
  stream.end(done);
}
