import { promptTokens } from "@massgen/core/model";
import type { RequestHandler, Response } from "express";
import type { Recall, Wire } from "../../wires/wire.ts";
import type { Engine } from "../../runs/engine.ts";
import { findTeam } from "../../runs/find-team.ts";
import { contextOf } from "../request-context.ts";
import type { Respond } from "../respond.ts";

/**
 * Counts the tokens of a request to a team that there is. Models count differently, so it is an estimate, and a header
 * says so.
 */
export function countTokens(
  wire: Wire,
  count: NonNullable<Wire["count"]>,
  recall: (body: unknown, res: Response) => Promise<Recall>,
  engine: Engine,
  respond: Respond,
): RequestHandler {
  return async (req, res) => {
    const { run, model } = wire.parse(req.body, await recall(req.body, res));
    findTeam(engine, model, contextOf(res).teams);
    res.set("x-massgen-estimated", "true");
    respond(res, 200, count.body(promptTokens(run)));
  };
}
