import { promptTokens } from "@massgen/core/model";
import type { RequestHandler, Response } from "express";
import type { Recall, Wire } from "../../wires/wire.ts";
import type { Respond } from "../respond.ts";

/** Counts the tokens of a request. Models count differently, so it is an estimate, and a header says so. */
export function countTokens(
  wire: Wire,
  count: NonNullable<Wire["count"]>,
  recall: (body: unknown, res: Response) => Promise<Recall>,
  respond: Respond,
): RequestHandler {
  return async (req, res) => {
    const { run } = wire.parse(req.body, await recall(req.body, res));
    res.set("x-massgen-estimated", "true");
    respond(res, 200, count.body(promptTokens(run)));
  };
}
