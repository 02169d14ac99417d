import type { Problem } from "../problem.ts";
import { readRun, type StartedRun } from "./read-run.ts";

/** Waits for a run. Returns the body of its answer, or the problem that prevented it. */
export async function answerWhole(
  started: StartedRun,
): Promise<{ readonly body: object } | { readonly problem: Problem }> {
  let traces = "";
  const { result, problem } = await readRun(started, (_, more) => {
    traces += more;
  });
  return problem === undefined ? { body: started.wire.whole(started.answer, result, traces) } : { problem };
}
