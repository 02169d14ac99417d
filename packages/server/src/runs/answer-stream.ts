import { internalError } from "../problem.ts";
import type { Frame } from "../wires/wire.ts";
import { readRun, type StartedRun } from "./read-run.ts";

/** An open stream to a client. */
export interface FrameSink {
  /** Resolves when the client can receive more, or is gone. */
  readonly write: (frames: string) => Promise<void>;
  /** Sends the last frames and closes the stream. */
  readonly end: (frames: string) => void;
}

/**
 * Streams a run at the client's pace: the next event is read once the client has received the last one. The stream is
 * open from the first moment, so every failure is reported inside it; to many clients, a stream that just ends means
 * success.
 */
export async function answerStream(started: StartedRun, sink: FrameSink): Promise<void> {
  const fold = started.wire.fold(started.answer);
  const send = (frames: readonly Frame[]): Promise<void> => sink.write(frames.join(""));
  let told = false;
  try {
    await send(fold.start());
    const { result, last: event, problem } = await readRun(started, (event, traces) => send(fold.next(event, traces)));
    await started.settle?.();
    const last = problem === undefined ? fold.finish(result, event) : fold.fail(problem);
    told = true;
    await send(last);
  } catch (error) {
    started.watcher.broke(error);
    // After the last frame, an error no longer affects the answer.
    if (!told) await send(fold.fail(internalError()));
  }
  sink.end(fold.end().join(""));
}
