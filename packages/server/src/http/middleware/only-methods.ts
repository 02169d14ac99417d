import type { RequestHandler } from "express";
import { ProblemError } from "../../problem.ts";

/** Ends a route: OPTIONS lists its methods, any other method is refused with `Allow`. */
export function onlyMethods(...methods: readonly string[]): RequestHandler {
  const allow = [...methods, "OPTIONS"].join(", ");
  return (req, res) => {
    if (req.method === "OPTIONS") {
      res.set("Allow", allow).status(204).end();
      return;
    }
    throw new ProblemError("method-not-allowed", `${req.method} is not possible here. Use ${methods.join(" or ")}.`, {
      allow,
    });
  };
}
