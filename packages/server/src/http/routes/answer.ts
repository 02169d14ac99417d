import { MassgenError, type Run } from "@massgen/core";
import type { Request, RequestHandler, Response } from "express";
import { ProblemError } from "../../problem.ts";
import { answerStream } from "../../runs/answer-stream.ts";
import { answerWhole } from "../../runs/answer-whole.ts";
import { recallFrom, type KeptRun } from "../../runs/kept-runs.ts";
import { bodyOf } from "../../runs/read-kept.ts";
import { readRun, type RunWatcher, type StartedRun } from "../../runs/read-run.ts";
import { startRun } from "../../runs/start-run.ts";
import { traceLevels, type TraceLevel } from "../../runs/traces.ts";
import type { Answer, Asked, Wire } from "../../wires/wire.ts";
import { shuttingDown, type Admission } from "../admission.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { openEventStream } from "../event-stream.ts";
import { contextOf } from "../request-context.ts";
import { noteProblem, respondProblem } from "../respond.ts";
import { describe } from "../thrown.ts";
import { sendKept } from "./kept.ts";

/** The header by which a request asks for fewer traces than the configuration shows. */
const tracesHeader = "x-massgen-traces";

/** The `model` in answers to clients that name none. */
const defaultModel = "massgen";

/** Checked before the body is read: nobody should upload 20 MB to learn that the server is shutting down. */
export function refuseWhileDraining(admission: Admission): RequestHandler {
  return (_req, _res, next) => {
    if (admission.draining) throw shuttingDown();
    next();
  };
}

/** One request, one run. Everything that can be refused is refused before the run starts, with its own status. */
export function answer(wire: Wire, parts: AnswerParts): RequestHandler {
  return async (req, res) => {
    const context = contextOf(res);
    const asked = wire.parse(req.body, recallFrom(parts.runs, wire, context.owner));
    context.streamed = asked.stream;
    if (asked.model !== undefined) context.model = asked.model;
    const wanted = wire.keeps?.wanted(asked.own) ?? { store: false, background: false };
    const cancel = wanted.background ? new AbortController() : cancelWhenClientLeaves(res);
    const place = await parts.admission.enter(cancel);
    const ended = Promise.withResolvers<void>();
    try {
      if (cancel.signal.aborted) return;
      const { jsonDeadlineMs } = parts.options;
      const live = asked.stream || wanted.background;
      const run = await startRun(parts.engine, asked, { live, jsonDeadlineMs, signal: cancel.signal });
      if (run === undefined) return;
      context.runId = run.id;
      context.runEnded = ended.promise;
      res.set("x-massgen-run-id", run.id);
      const started: StartedRun = {
        run,
        wire,
        answer: answerOf(parts, run, asked),
        traces: wantedTraces(req),
        remarks: asked.remarks ?? [],
        watcher: watcherOf(parts, run, res),
      };
      const kept = wanted.store ? keep(parts, started, wanted.background, res) : undefined;
      if (kept?.background === true) await sendInBackground(parts, kept, asked.stream, res);
      else if (asked.stream) await sendStream(parts, kept ?? started, res);
      else await sendWhole(parts, kept ?? started, res);
    } finally {
      // The run is already over, unless the host's code failed before anyone read the run.
      cancel.abort(new MassgenError("aborted", "The request ended."));
      place.leave();
      ended.resolve();
    }
  };
}

/** Watches the response, since the request counts as closed once its body was read. */
function cancelWhenClientLeaves(res: Response): AbortController {
  const cancel = new AbortController();
  const leave = (): void => cancel.abort(new MassgenError("aborted", "The client left."));
  res.once("close", () => {
    if (!res.writableEnded) leave();
  });
  if (res.destroyed) leave();
  return cancel;
}

/** @throws ProblemError `invalid-value` for a level that does not exist */
function wantedTraces(req: Request): TraceLevel | undefined {
  const said = req.get(tracesHeader);
  const level = traceLevels.find((known) => known === said);
  if (said === undefined || level !== undefined) return level;
  const message = `The header ${tracesHeader} must be one of ${traceLevels.join(", ")}.`;
  throw new ProblemError("invalid-value", message, { param: tracesHeader });
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

/** Records the run for the request's log entry. */
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
      // A client that left received no problem, and ended its run itself.
      if (problem !== undefined && !res.destroyed) noteProblem(res, problem);
    },
    broke(error) {
      context.error = describe(error);
    },
  };
}

/** Keeps a run for those who come back to it. */
function keep({ runs }: AnswerParts, started: StartedRun, background: boolean, res: Response): KeptRun {
  const { wire, run, watcher } = started;
  const kept: KeptRun = {
    ...started,
    id: wire.keeps?.idOf(run.id) ?? run.id,
    owner: contextOf(res).owner,
    background,
    cancelled: false,
    watcher: {
      ...watcher,
      event(event) {
        watcher.event(event);
        if (event.type === "run-finished") kept.result = event.result;
        runs.grow(kept, event);
      },
    },
  };
  runs.keep(kept);
  return kept;
}

/** Answers at once, and sees the run to its end, whoever looks on. */
async function sendInBackground(parts: AnswerParts, kept: KeptRun, stream: boolean, res: Response): Promise<void> {
  const ended = readRun(kept, () => {}, kept.run.events({ joined: false }));
  const sent = stream ? sendKept(kept, 0, parts, res) : bodyOf(kept).then((body) => parts.respond(res, 200, body));
  await Promise.all([ended, sent]);
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
