import { MassgenError, type Run, type RunEvent } from "@massgen/core";
import type { RequestHandler, Response } from "express";
import type { Ports } from "../../ports.ts";
import { answerStream } from "../../runs/answer-stream.ts";
import { answerWhole } from "../../runs/answer-whole.ts";
import type { Engine } from "../../runs/engine.ts";
import type { RunWatcher, StartedRun } from "../../runs/read-run.ts";
import { startRun } from "../../runs/start-run.ts";
import type { Answer, Asked, Wire } from "../../wires/wire.ts";
import { shuttingDown, type Admission } from "../admission.ts";
import { openEventStream } from "../event-stream.ts";
import type { ServerOptions } from "../options.ts";
import { contextOf } from "../request-context.ts";
import { noteProblem, respondProblem, type Respond } from "../respond.ts";
import { describe } from "../thrown.ts";

/** What answering a request takes. */
export interface AnswerParts {
  readonly engine: Engine;
  readonly admission: Admission;
  /** As they are at this moment. */
  readonly options: ServerOptions;
  readonly ports: Ports;
  readonly respond: Respond;
  /** Takes every event of every run. Never throws. */
  readonly observe: (event: RunEvent, runId: string) => void;
}

/** What a client that names no model gets to read in `model`. */
const defaultModel = "massgen";

/** Comes before the body is read: nobody uploads 20 MB to hear that the server is going down. */
export function refuseWhileDraining(admission: Admission): RequestHandler {
  return (_req, _res, next) => {
    if (admission.draining) throw shuttingDown();
    next();
  };
}

/** One request, one run. Everything that can be refused is refused before the run starts, with a real status. */
export function answer(wire: Wire, parts: AnswerParts): RequestHandler {
  return async (req, res) => {
    const asked = wire.parse(req.body);
    const context = contextOf(res);
    context.streamed = asked.stream;
    if (asked.model !== undefined) context.model = asked.model;
    const cancel = cancelWhenClientLeaves(res);
    const place = await parts.admission.enter(cancel);
    const ended = Promise.withResolvers<void>();
    try {
      if (cancel.signal.aborted) return;
      const { jsonDeadlineMs } = parts.options;
      const run = await startRun(parts.engine, asked, { jsonDeadlineMs, signal: cancel.signal });
      if (run === undefined) return;
      context.runId = run.id;
      context.runEnded = ended.promise;
      res.set("x-massgen-run-id", run.id);
      const started: StartedRun = {
        run,
        wire,
        answer: answerOf(parts, run, asked),
        watcher: watcherOf(parts, run, res),
      };
      if (asked.stream) await sendStream(parts, started, res);
      else await sendWhole(parts, started, res);
    } finally {
      // Over already, unless something of the host's broke before anybody read the run.
      cancel.abort(new MassgenError("aborted", "The request ended."));
      place.leave();
      ended.resolve();
    }
  };
}

/** Only the response knows: the request counts as closed as soon as its body was read. */
function cancelWhenClientLeaves(res: Response): AbortController {
  const cancel = new AbortController();
  const leave = (): void => cancel.abort(new MassgenError("aborted", "The client left."));
  res.once("close", () => {
    if (!res.writableEnded) leave();
  });
  if (res.destroyed) leave();
  return cancel;
}

function answerOf({ ports, options }: AnswerParts, run: Run, { own, model = defaultModel }: Asked): Answer {
  return {
    own,
    runId: run.id,
    answerId: ports.newId(),
    startedAt: ports.clock.date(),
    model,
    reasoningAlias: options.reasoningAlias,
  };
}

/** Notes what the request's log entry will say of its run. */
function watcherOf({ observe, ports }: AnswerParts, run: Run, res: Response): RunWatcher {
  const context = contextOf(res);
  return {
    event(event) {
      observe(event, run.id);
      if (event.type === "content-delta") context.firstContentAt ??= ports.clock.now();
    },
    ended(result, problem) {
      context.receipt = result.receipt;
      context.outcome = result.status === "cancelled" ? "cancelled" : result.receipt.outcome;
      // A client that left was told nothing, and ended its run itself.
      if (problem !== undefined && !res.destroyed) noteProblem(res, problem);
    },
    broke(error) {
      context.error = describe(error);
    },
  };
}

async function sendStream({ options, ports }: AnswerParts, started: StartedRun, res: Response): Promise<void> {
  const stream = openEventStream(res, { ...options, heartbeat: started.wire.heartbeat }, ports);
  contextOf(res).firstByteAt = ports.clock.now();
  await answerStream(started, stream);
}

async function sendWhole({ respond }: AnswerParts, started: StartedRun, res: Response): Promise<void> {
  const answered = await answerWhole(started);
  if (res.destroyed) return;
  if ("body" in answered) respond(res, 200, answered.body);
  else respondProblem(respond, res, answered.problem);
}
