import type { ErrorRequestHandler } from "express";
import { contextOf } from "../request-context.ts";
import { respondProblem, type Respond } from "../respond.ts";
import { describe, toProblem } from "../thrown.ts";

/** Answers any error in the format of the called wire. Passes nothing on to the error handler of a host application. */
export function errorHandler(respond: Respond): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    const found = toProblem(error);
    const context = contextOf(res);
    if (found.kind === "internal-error") context.error = describe(error);
    if (res.destroyed) return;
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const spent = context.runId !== undefined && found.kind === "internal-error";
    respondProblem(respond, res, spent ? { ...found, shouldRetry: false } : found);
  };
}
