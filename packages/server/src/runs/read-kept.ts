import type { EventsOptions, RunEvent } from "@massgen/core";
import { StoreError } from "@massgen/runs";
import { internalError } from "../problem.ts";
import type { FrameSink } from "./answer-stream.ts";
import type { KeptRun } from "./kept-runs.ts";
import { readRun, type Ending } from "./read-run.ts";
import { tracesByPhase } from "./trace-phase.ts";
import type { AnswerFold, Frame } from "../wires/wire.ts";

/** The run's first reader records its events. */
const watcher = { event: () => {}, ended: () => {}, broke: () => {} };

/** Waits until a stored run has ended. Does not slow it. */
export async function readKept(kept: KeptRun): Promise<void> {
  for await (const event of kept.run.events()) if (event.type === "run-finished") return;
}

/** The body of a stored run's answer so far. */
export async function bodyOf(kept: KeptRun): Promise<object> {
  if (kept.wire.whole !== undefined) {
    const traces = tracesByPhase();
    const whole = await readTo(kept, { follow: false }, traces.add);
    if (whole?.result === undefined) throw new TypeError("this wire keeps answers only");
    return kept.wire.whole(kept.answer, whole.result, traces.texts);
  }
  const fold = kept.wire.fold(kept.answer);
  const ending = await readTo(kept, { follow: false }, (event, traces) => void fold.next(event, traces));
  if (ending !== undefined) lastFrames(kept, fold, ending);
  return fold.body?.() ?? {};
}

/** Reads a stored run as far as its engine lets it; `undefined` if it goes on. */
async function readTo(
  kept: KeptRun,
  options: EventsOptions,
  take: (event: RunEvent, traces: string) => Promise<void> | void,
): Promise<Ending | undefined> {
  try {
    const ending = await readRun({ ...kept, watcher }, take, kept.run.events(options));
    if (ending !== undefined || kept.broken !== true) return ending;
  } catch (error) {
    // A store that fails says nothing about the run.
    if (error instanceof StoreError) throw error;
    // The first reader, which records such errors, may come upon it later.
    if (kept.result !== undefined) throw error;
  }
  return { problem: internalError() };
}

/**
 * Streams a stored run to its end. All viewers get the same events, whenever they come. Where nothing more can be read
 * here, the stream is closed without an end: its client may come back for the rest.
 * @param after the number of the last event that the client has; -1 for none
 */
export async function viewKept(kept: KeptRun, after: number, sink: FrameSink, signal: AbortSignal): Promise<void> {
  const send = (frames: readonly Frame[]): Promise<void> => sink.write(frames.join(""));
  const anew = after >= 0 && kept.otherFold === true;
  const fold = kept.wire.fold(kept.answer, anew ? undefined : after);
  const begin = fold.start();
  /** The last event that stands in the snapshot. */
  let shown = -1;
  let ending: Ending | undefined;
  if (anew) {
    ending = await readTo(kept, { follow: false, signal }, (event, traces) => {
      shown = event.seq ?? shown;
      fold.next(event, traces);
    });
    await send(fold.snapshot?.(after) ?? []);
  } else {
    await send(begin);
  }
  ending ??= await readTo(kept, { joined: false, signal }, (event, traces) =>
    (event.seq ?? Infinity) > shown ? send(fold.next(event, traces)) : undefined,
  );
  if (ending === undefined) {
    sink.end("");
    return;
  }
  await send(lastFrames(kept, fold, ending));
  sink.end(fold.end().join(""));
}

/** The frames for a run's end. */
function lastFrames({ cancelled }: Pick<KeptRun, "cancelled">, fold: AnswerFold, ending: Ending): readonly Frame[] {
  if (ending.problem === undefined) return fold.finish(ending.result, ending.last);
  return (cancelled ? fold.cancelled?.() : undefined) ?? fold.fail(ending.problem);
}
