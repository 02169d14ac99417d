import type { Problem } from "../problem.ts";
import { tracePhaseOf, type TracePhase } from "./trace-phase.ts";
import { readRun, type StartedRun } from "./read-run.ts";

/** Waits for a run. Returns the body of its answer, or the problem that prevented it. */
export async function answerWhole(
  started: StartedRun,
): Promise<{ readonly body: object } | { readonly problem: Problem }> {
  const traces: string[] = [];
  let phase: TracePhase | undefined;
  const { result, problem } = await readRun(started, (event, more) => {
    if (more === "") return;
    const before = phase;
    phase = tracePhaseOf(event);
    if (phase === before) traces.push((traces.pop() ?? "") + more);
    else traces.push(more);
  });
  return problem === undefined ? { body: started.wire.whole(started.answer, result, traces) } : { problem };
}
