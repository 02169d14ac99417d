import type { Response } from "express";
import type { Problem } from "../problem.ts";
import type { Ports } from "../ports.ts";
import { problemHeaders } from "./problem-headers.ts";
import { contextOf } from "./request-context.ts";

/** Sends JSON with the common headers of all JSON responses. */
export type Respond = (res: Response, status: number, body: object) => void;

export function createRespond(ports: Pick<Ports, "clock">): Respond {
  return (res, status, body) => {
    const context = contextOf(res);
    context.firstByteAt = ports.clock.now();
    res
      .status(status)
      .set({
        "Cache-Control": "no-store",
        "openai-processing-ms": String(Math.max(0, Math.round(context.firstByteAt - context.arrivedAt))),
      })
      .json(body);
  };
}

/** Sends a problem in the format of the called wire, and records it for the log. */
export function respondProblem(respond: Respond, res: Response, problem: Problem): void {
  noteProblem(res, problem);
  res.set(problemHeaders(problem));
  const { wire, requestId } = contextOf(res);
  respond(res, problem.status, wire.problem(problem, requestId));
}

/** Records a problem for the log, unless a more precise one is already recorded. */
export function noteProblem(res: Response, { code, message, param }: Problem): void {
  contextOf(res).error ??= { code, message, ...(param !== undefined && { param }) };
}
