import type { Request, RequestHandler } from "express";
import { ProblemError } from "../../problem.ts";
import type { Engine } from "../../runs/engine.ts";
import { findTeam } from "../../runs/find-team.ts";
import { contextOf } from "../request-context.ts";
import type { Respond } from "../respond.ts";

export function listModels(respond: Respond, engine: Engine): RequestHandler {
  return (_req, res) => {
    const { wire, teams } = contextOf(res);
    // An engine that knows no teams by name has none that such a key may use.
    const listed = teams !== undefined && engine.find === undefined ? [] : engine.models(teams);
    respond(res, 200, wire.modelList(listed));
  };
}

/** Ids may contain slashes, plain or percent-encoded: the rest of the path is the id. */
export function getModel(respond: Respond, engine: Engine): RequestHandler<{ id: string[] }> {
  return (req: Request<{ id: string[] }>, res) => {
    const id = req.params.id.join("/");
    const { wire, teams } = contextOf(res);
    findTeam(engine, id, teams);
    const model = engine.model?.(id, teams) ?? engine.models(teams).find((known) => known.id === id);
    if (model === undefined) {
      const message = `There is no model '${id.slice(0, 256)}'. GET /v1/models lists the models.`;
      throw new ProblemError("model-not-found", message, { param: "model" });
    }
    respond(res, 200, wire.model(model));
  };
}
