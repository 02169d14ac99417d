import type { Response } from "express";
import type { KeptRun, NewRun } from "../../runs/kept-runs.ts";
import { bodyOf } from "../../runs/read-kept.ts";
import { readRun, type RunWatcher } from "../../runs/read-run.ts";
import { askingStore } from "../../runs/store-problem.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { contextOf } from "../request-context.ts";
import { sendKept } from "./kept.ts";
import { watcherOf } from "./run-watcher.ts";

/** Begins a run that outlives its client and this process, and answers at once. */
export async function answerDetached(
  parts: AnswerParts,
  wanted: NewRun,
  begun: (runId: string) => void,
  res: Response,
): Promise<void> {
  const context = contextOf(res);
  const kept = await parts.runs.begin?.(wanted);
  if (kept === undefined) return;
  const { run } = kept;
  context.runId = run.id;
  begun(run.id);
  context.detached = true;
  res.set("x-massgen-run-id", run.id);
  const ended = Promise.withResolvers<void>();
  context.runEnded = ended.promise;
  try {
    // Whoever drives the run reports its events.
    const { ended: noteEnded, ...watcher } = watcherOf({ ...parts, observe: () => {} }, run, res);
    const noting: RunWatcher = {
      ...watcher,
      ended: (result, problem) => noteEnded(result, kept.cancelled ? undefined : problem),
    };
    await sendInBackground(parts, kept, noting, wanted.asked.stream, res);
  } finally {
    ended.resolve();
  }
}

/** Answers at once, and reads the run to its end whether or not anyone watches. */
export async function sendInBackground(
  parts: AnswerParts,
  kept: KeptRun,
  watcher: RunWatcher,
  stream: boolean,
  res: Response,
): Promise<void> {
  const events = kept.run.events({ joined: false });
  const ended = readRun({ ...kept, watcher }, () => {}, events).catch((error: unknown) => watcher.broke(error));
  const sent = stream
    ? sendKept(kept, -1, parts, res)
    : askingStore(() => bodyOf(kept)).then((body) => parts.respond(res, 200, body));
  await Promise.all([ended, sent]);
}
