import type { Response } from "express";
import { errorBody, errorHeaders, type Problem } from "../problem.ts";
import type { Ports } from "../ports.ts";
import { contextOf } from "./request-context.ts";

/** Sends JSON with the headers that every JSON response has. */
export type Respond = (res: Response, status: number, body: object) => void;

export function createRespond(ports: Pick<Ports, "elapsed">): Respond {
  return (res, status, body) => {
    const context = contextOf(res);
    context.firstByteAt = ports.elapsed();
    res
      .status(status)
      .set({
        "Cache-Control": "no-store",
        "openai-processing-ms": String(Math.max(0, Math.round(context.firstByteAt - context.arrivedAt))),
      })
      .json(body);
  };
}

/** Sends a problem in the OpenAI shape, and notes it for the log. */
export function respondProblem(respond: Respond, res: Response, problem: Problem): void {
  noteProblem(res, problem);
  res.set(errorHeaders(problem));
  respond(res, problem.status, errorBody(problem));
}

/** Notes a problem for the log, unless a more precise note is there already. */
export function noteProblem(res: Response, { code, type, message, param }: Problem): void {
  contextOf(res).error ??= { code: code ?? type, message, ...(param !== undefined && { param }) };
}
