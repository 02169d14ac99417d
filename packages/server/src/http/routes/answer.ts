import { MassgenError, type RunEvent, type RunRequest } from "@massgen/core";
import type { RequestHandler, Response } from "express";
import { ProblemError } from "../../problem.ts";
import { answerStream } from "../../runs/answer-stream.ts";
import { answerWhole } from "../../runs/answer-whole.ts";
import { findTeam, type AskedTeam } from "../../runs/find-team.ts";
import { recallFrom, type KeptRun, type NewRun } from "../../runs/kept-runs.ts";
import type { StartedRun } from "../../runs/read-run.ts";
import type { OpenRun } from "../../runs/open-runs.ts";
import { startRun } from "../../runs/start-run.ts";
import type { Asked, Keeping, Wire } from "../../wires/wire.ts";
import { shuttingDown, type Admission } from "../admission.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { openEventStream } from "../event-stream.ts";
import { contextOf } from "../request-context.ts";
import { respondProblem } from "../respond.ts";
import { traceContextOf, wantedTraces, wantsCallsDetail, wantsEvents } from "./asked-headers.ts";
import { answerDetached, sendInBackground } from "./detached.ts";
import { moneyFor, wantedMaxUsd } from "./run-money.ts";
import { watcherOf } from "./run-watcher.ts";

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
    const recall = await recallFrom(parts.runs, wire, context.owner, wire.keeps?.named(req.body) ?? []);
    const asked = wire.parse(req.body, recall);
    context.streamed = asked.stream;
    if (asked.model !== undefined) context.model = asked.model;
    const team = findTeam(parts.engine, asked.model, context.teams);
    if (team.name !== undefined) context.team = team.name;
    const wanted = wantedKeeping(wire, asked, parts);
    const maxUsd = wantedMaxUsd(req);
    const level = wantedTraces(req) ?? asked.traces;
    // Drafts under way are not stored, and whoever comes back gets what was streamed.
    const traces = wanted.store && (level ?? "live") === "live" ? "full" : level;
    const begun = (runId: string): void => parts.begun({ runId, request: asked.run, ...traceContextOf(req) });
    const head = {
      ...answerOf(parts, asked, team, wanted.background),
      ...(wantsCallsDetail(req) && { callsDetail: true }),
      ...(wantsEvents(req) && { events: true }),
    };
    if (wanted.background && parts.runs.begin !== undefined) {
      // Whoever drives the run asks for the money of each call.
      const { allowance: _, ...money } = await moneyFor(parts, context, maxUsd);
      const begin: NewRun = { wire, asked, team, owner: context.owner, traces, money, answer: head };
      await answerDetached(parts, begin, begun, res);
      return;
    }
    const cancel = new AbortController();
    const letGo = cancelWhenClientLeaves(cancel, res);
    const place = await parts.admission.enter(cancel);
    const ended = Promise.withResolvers<void>();
    let close = (): void => {};
    try {
      if (cancel.signal.aborted) return;
      const run = await startRun(parts.engine, team, asked, {
        ...deliveryOf(asked, wanted, parts),
        ...(await moneyFor(parts, context, maxUsd)),
        signal: cancel.signal,
      });
      if (run === undefined) return;
      context.runId = run.id;
      begun(run.id);
      context.runEnded = ended.promise;
      const { owner } = context;
      const { background } = wanted;
      const open: OpenRun = { run, wire, owner, team, model: head.model, request: asked.run, background };
      close = parts.runs.open.add(open);
      if (wanted.background) {
        letGo();
        context.detached = true;
      }
      res.set("x-massgen-run-id", run.id);
      const started: StartedRun = {
        run,
        wire,
        answer: { ...head, own: asked.own, runId: run.id, ...(wanted.background && { durable: false }) },
        traces,
        remarks: asked.remarks ?? [],
        calledOff: () => open.calledOff === true,
        watcher: watcherOf(parts, run, res),
      };
      if (wanted.store || parts.runs.recordsAll) {
        const keepable = { ...started, team, request: asked.run, record: run.record };
        const kept = toBeKept(parts, keepable, wanted, res);
        open.kept = kept;
        await sendAndKeep(parts, kept, asked.stream, res);
      } else await send(parts, started, asked.stream, res);
    } catch (error) {
      // The run goes on if the host's code failed before anyone read it.
      cancel.abort(new MassgenError("aborted", "The request failed."));
      throw error;
    } finally {
      close();
      place.leave();
      ended.resolve();
    }
  };
}

/** @throws ProblemError `invalid-value` for a run in the background where nothing is stored */
function wantedKeeping(wire: Wire, { own }: Asked, { options }: AnswerParts): ReturnType<Keeping<unknown>["wanted"]> {
  const wanted = wire.keeps?.wanted(own) ?? { store: false, background: false };
  if (options.storesAnswers) return wanted;
  if (!wanted.background) return { ...wanted, store: false };
  const message = "A run in the background needs a store, and this server keeps no runs (`store: off`).";
  throw new ProblemError("invalid-value", message, { param: "background" });
}

function deliveryOf(
  asked: Asked,
  { background }: { readonly background: boolean },
  { options }: AnswerParts,
): Pick<RunRequest, "delivery" | "deadlineMs"> {
  if (background) return { delivery: isLive(asked, options) ? "live" : "whole" };
  return asked.stream ? { delivery: "live" } : { delivery: "whole", deadlineMs: options.jsonDeadlineMs };
}

/**
 * Whether the answer of a run in the background streams. One in a format is looked through when it is there, and may
 * then be another text.
 */
function isLive({ run }: Asked, { backgroundDelivery }: AnswerParts["options"]): boolean {
  return backgroundDelivery === "live" && run.responseFormat === undefined;
}

/**
 * Watches the response, since the request counts as closed once its body was read. The returned function ends the
 * watch.
 */
function cancelWhenClientLeaves(cancel: AbortController, res: Response): () => void {
  const leave = (): void => cancel.abort(new MassgenError("aborted", "The client left."));
  const closed = (): void => {
    if (!res.writableEnded) leave();
  };
  res.once("close", closed);
  if (res.destroyed) leave();
  return () => res.off("close", closed);
}

function answerOf(
  { ports, options }: AnswerParts,
  asked: Asked,
  { name: team }: AskedTeam,
  background: boolean,
): NewRun["answer"] {
  const { model = defaultModel } = asked;
  return {
    answerId: ports.newId(),
    startedAt: ports.clock.date(),
    model,
    ...(team !== undefined && { team }),
    reasoningAlias: options.reasoningAlias,
    ...(background && isLive(asked, options) && { live: true }),
  };
}

/** A run that can be kept once it has ended. */
type KeepableRun = StartedRun & Pick<KeptRun, "team" | "request" | "record">;

/** Answers, and keeps the run for clients that come back, or for history. */
async function sendAndKeep(parts: AnswerParts, kept: KeptRun, stream: boolean, res: Response): Promise<void> {
  try {
    if (kept.background) await sendInBackground(parts, kept, kept.watcher, stream, res);
    else await send(parts, kept, stream, res);
  } finally {
    await parts.runs.leave(kept);
  }
}

/** A client may come for what it wants stored while it goes on. */
function toBeKept(
  { runs }: AnswerParts,
  started: KeepableRun,
  { store, background }: ReturnType<Keeping<unknown>["wanted"]>,
  res: Response,
): KeptRun {
  const { wire, run, watcher } = started;
  const kept: KeptRun = {
    ...started,
    id: wire.keeps?.idOf(run.id) ?? run.id,
    owner: contextOf(res).owner,
    stored: store,
    background,
    cancelled: false,
    watcher: {
      ...watcher,
      event: store ? stored : watcher.event,
      ended(result, problem) {
        kept.result = result;
        watcher.ended(result, kept.cancelled ? undefined : problem);
      },
    },
    settle: () => runs.settle(kept),
  };
  function stored(event: RunEvent): void {
    watcher.event(event);
    if (event.type === "run-finished") kept.result = event.result;
    runs.grow(kept, event);
  }
  if (store) runs.keep(kept);
  return kept;
}

async function send(parts: AnswerParts, started: StartedRun, stream: boolean, res: Response): Promise<void> {
  if (stream) await sendStream(parts, started, res);
  else await sendWhole(parts, started, res);
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
