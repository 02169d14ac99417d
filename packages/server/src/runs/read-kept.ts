import type { FrameSink } from "./answer-stream.ts";
import type { KeptRun } from "./kept-runs.ts";
import { readRun, type Ending } from "./read-run.ts";
import type { AnswerFold, Frame } from "../wires/wire.ts";

/** Nobody looks on: the run's own reader notes what there is to note. */
const watcher = { event: () => {}, ended: () => {}, broke: () => {} };

/** Reads a run that is kept to its end, without holding its pace. */
export async function readKept(kept: KeptRun): Promise<void> {
  for await (const event of kept.run.events()) if (event.type === "run-finished") return;
}

/** The body of a kept run's answer as it stands. */
export async function bodyOf(kept: KeptRun): Promise<object> {
  const fold = kept.wire.fold(kept.answer);
  fold.start();
  const events = kept.run.events({ follow: false, joined: false });
  const ending = await readRun({ ...kept, watcher }, (event, traces) => void fold.next(event, traces), events);
  if (ending !== undefined) lastFrames(kept, fold, ending);
  return fold.body?.() ?? {};
}

/**
 * Streams a kept run from the beginning, or from one of its frames on, and follows it to its end: the same frames for
 * everybody who looks on, whenever they come.
 * @param from the number of frames to leave out
 */
export async function viewKept(kept: KeptRun, from: number, sink: FrameSink, signal: AbortSignal): Promise<void> {
  const fold = kept.wire.fold(kept.answer);
  let seen = 0;
  const send = async (frames: readonly Frame[]): Promise<void> => {
    const wanted = frames.slice(Math.max(0, from - seen));
    seen += frames.length;
    if (wanted.length > 0) await sink.write(wanted.join(""));
  };
  await send(fold.start());
  const events = kept.run.events({ joined: false, signal });
  const ending = await readRun({ ...kept, watcher }, (event, traces) => send(fold.next(event, traces)), events);
  if (ending === undefined) return;
  await send(lastFrames(kept, fold, ending));
  sink.end(fold.end().join(""));
}

/** What a run's end adds. */
function lastFrames({ cancelled }: Pick<KeptRun, "cancelled">, fold: AnswerFold, ending: Ending): readonly Frame[] {
  if (ending.problem === undefined) return fold.finish(ending.result);
  return (cancelled ? fold.cancelled?.() : undefined) ?? fold.fail(ending.problem);
}
