import type { Problem } from "../problem.ts";
import { tracesByPhase } from "./trace-phase.ts";
import { readRun, type StartedRun } from "./read-run.ts";

/** Waits for a run. Returns the body of its answer, or the problem that prevented it. */
export async function answerWhole(
  started: StartedRun,
): Promise<{ readonly body: object } | { readonly problem: Problem }> {
  return started.wire.whole === undefined ? answerByFold(started) : answerByTraces(started);
}

async function answerByTraces(started: StartedRun): ReturnType<typeof answerWhole> {
  const traces = tracesByPhase();
  const { result, problem } = await readRun(started, traces.add);
  await started.settle?.();
  return problem === undefined
    ? { body: started.wire.whole?.(started.answer, result, traces.texts) ?? {} }
    : { problem };
}

/** The same body as a stream of the run would end with. */
async function answerByFold(started: StartedRun): ReturnType<typeof answerWhole> {
  const fold = started.wire.fold(started.answer);
  const { result, problem } = await readRun(started, (event, traces) => void fold.next(event, traces));
  await started.settle?.();
  if (problem !== undefined) return { problem };
  fold.finish(result);
  return { body: fold.body?.() ?? {} };
}
