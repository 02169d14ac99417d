import type { Request, RequestHandler } from "express";
import type { Engine, ModelInfo } from "../../runs/engine.ts";
import { ProblemError } from "../../problem.ts";
import type { Respond } from "../respond.ts";

export function listModels(respond: Respond, engine: Engine): RequestHandler {
  return (_req, res) => respond(res, 200, { object: "list", data: engine.models().map(toModel) });
}

/** Ids may contain slashes, plain or percent-encoded, so the rest of the path is the id. */
export function getModel(respond: Respond, engine: Engine): RequestHandler<{ id: string[] }> {
  return (req: Request<{ id: string[] }>, res) => {
    const id = req.params.id.join("/");
    const model = engine.models().find((known) => known.id === id);
    if (model === undefined) {
      throw new ProblemError(
        "model-not-found",
        `There is no model '${id.slice(0, 256)}'. GET /v1/models lists what there is.`,
        {
          param: "model",
        },
      );
    }
    respond(res, 200, toModel(model));
  };
}

function toModel({ id, created, ownedBy }: ModelInfo): object {
  return { id, object: "model", created, owned_by: ownedBy };
}
