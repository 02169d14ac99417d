import { MassgenError, answerFormat, type Run, type RunRequest, type Team } from "@massgen/core";
import type { RequestHandler, Response } from "express";
import { shuttingDown, type Admission } from "../admission.ts";
import type { Engine } from "../../runs/engine.ts";
import { ApiError } from "../../problem.ts";
import { parseRequest, type ChatCompletionRequest } from "../../wires/openai-chat/request-schema.ts";
import { toRun } from "../../wires/openai-chat/to-run.ts";
import { contextOf } from "../request-context.ts";
import { answerJson } from "../../runs/answer-whole.ts";
import { answerStream } from "../../runs/answer-stream.ts";
import type { ChatParts } from "./chat-parts.ts";

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
export function chatCompletions(parts: ChatParts): RequestHandler {
  return async (req, res) => {
    const request = parseRequest(req.body);
    const context = contextOf(res);
    context.streamed = request.stream === true;
    if (request.model) context.model = request.model;
    const cancel = cancelWhenClientLeaves(res);
    const team = await resolveTeam(parts.engine, request.model);
    const place = await parts.admission.enter(cancel);
    const ended = Promise.withResolvers<void>();
    try {
      if (cancel.signal.aborted) return;
      const run = await startRun(parts, team, request, cancel.signal);
      if (run === undefined) return;
      context.runId = run.id;
      context.runEnded = ended.promise;
      res.set("x-massgen-run-id", run.id);
      const started = {
        run,
        observe: parts.observe,
        traces: team.settings.traces,
        identity: identityOf(parts, run, request),
      };
      if (request.stream === true) {
        await answerStream(parts, started, request.stream_options?.include_usage === true, res);
      } else {
        await answerJson(parts, started, res);
      }
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

async function resolveTeam(engine: Engine, model: string | null | undefined): Promise<Team> {
  try {
    return await engine.resolve(model ? model : undefined);
  } catch (error) {
    if (MassgenError.isInstance(error)) {
      if (error.code === "not-found") throw new ApiError("model-not-found", error.message, { param: "model" });
      if (error.code === "configuration") throw new ApiError("model-not-available", error.message, { param: "model" });
    }
    throw error;
  }
}

/** Undefined when the client left meanwhile. */
async function startRun(
  { options }: ChatParts,
  team: Team,
  request: ChatCompletionRequest,
  signal: AbortSignal,
): Promise<Run | undefined> {
  const delivery: Pick<RunRequest, "delivery" | "deadlineMs"> =
    request.stream === true ? { delivery: "live" } : { delivery: "whole", deadlineMs: options.jsonDeadlineMs };
  try {
    const wanted = toRun(request);
    // Here a schema that cannot be used is a 400: once the run has started, the headers may be out.
    await answerFormat(wanted.responseFormat)?.usable(signal);
    return team.run({ ...wanted, ...delivery, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!MassgenError.isInstance(error) || error.code !== "invalid-request") throw error;
    throw new ApiError("invalid-field", error.message, error.param === undefined ? {} : { param: error.param });
  }
}

function identityOf({ ports, options }: ChatParts, run: Run, request: ChatCompletionRequest) {
  return {
    id: `chatcmpl-${ports.newId()}`,
    runId: run.id,
    created: Math.floor(ports.now() / 1000),
    model: request.model ? request.model : defaultModel,
    reasoningAlias: options.reasoningAlias,
  };
}
