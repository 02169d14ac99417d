import { promptTokens } from "@massgen/core/model";
import type { RequestHandler, Response } from "express";
import type { Recall, Wire } from "../../wires/wire.ts";
import type { Respond } from "../respond.ts";

/** Says how many tokens a request has. Models count differently: it is an estimate, and a header says so. */
export function countTokens(
  wire: Wire,
  body: (tokens: number) => object,
  recall: (res: Response) => Recall,
  respond: Respond,
): RequestHandler {
  return (req, res) => {
    const { run } = wire.parse(req.body, recall(res));
    res.set("x-massgen-estimated", "true");
    respond(res, 200, body(promptTokens(run)));
  };
}
