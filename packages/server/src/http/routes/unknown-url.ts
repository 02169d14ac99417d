import type { RequestHandler } from "express";
import { ProblemError } from "../../problem.ts";
import { contextOf } from "../request-context.ts";

/** The end of all routes: 404, with the wire's advice. */
export const unknownUrl: RequestHandler = (req, res) => {
  const path = req.path.slice(0, 256);
  const advice = contextOf(res).wire.adviceFor(path);
  throw new ProblemError("unknown-url", `There is nothing at ${req.method} ${path}. ${advice}`);
};
