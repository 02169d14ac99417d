import type { FrameSink } from "./answer-stream.ts";
import type { KeptRun } from "./kept-runs.ts";
import { readRun, type Ending } from "./read-run.ts";
import type { AnswerFold, Frame } from "../wires/wire.ts";

/** The run's first reader records its events. */
const watcher = { event: () => {}, ended: () => {}, broke: () => {} };

/** Waits until a stored run has ended. Does not slow it. */
export async function readKept(kept: KeptRun): Promise<void> {
  for await (const event of kept.run.events()) if (event.type === "run-finished") return;
}

/** The body of a stored run's answer so far. */
export async function bodyOf(kept: KeptRun): Promise<object> {
  const fold = kept.wire.fold(kept.answer);
  const events = kept.run.events({ follow: false });
  const ending = await readRun({ ...kept, watcher }, (event, traces) => void fold.next(event, traces), events);
  if (ending !== undefined) lastFrames(kept, fold, ending);
  return fold.body?.() ?? {};
}

/**
 * Streams a stored run to its end. All viewers get the same frames, whenever they come.
 * @param from the number of frames to leave out
 */
export async function viewKept(kept: KeptRun, from: number, sink: FrameSink, signal: AbortSignal): Promise<void> {
  const fold = kept.wire.fold(kept.answer);
  let seen = 0;
  const send = (frames: readonly Frame[]): Promise<void> => {
    const wanted = frames.slice(Math.max(0, from - seen));
    seen += frames.length;
    return sink.write(wanted.join(""));
  };
  await send(fold.start());
  const events = kept.run.events({ joined: false, signal });
  const ending = await readRun({ ...kept, watcher }, (event, traces) => send(fold.next(event, traces)), events);
  if (ending === undefined) return;
  await send(lastFrames(kept, fold, ending));
  sink.end(fold.end().join(""));
}

/** The frames for a run's end. */
function lastFrames({ cancelled }: Pick<KeptRun, "cancelled">, fold: AnswerFold, ending: Ending): readonly Frame[] {
  if (ending.problem === undefined) return fold.finish(ending.result);
  return (cancelled ? fold.cancelled?.() : undefined) ?? fold.fail(ending.problem);
}
