import type { RequestHandler } from "express";
import { wires } from "../../wires/wires.ts";
import { plainPath } from "../route-name.ts";

const prefix = "/v1";

/** Paths that are also served without the prefix, for clients whose base URL lacks it. */
const served = [...wires.map(({ path }) => path.slice(prefix.length)), "/models"];

/** What may stand before the path. */
const place = /^(?:https?:\/\/[^/?#]*)?/i;

/** Adds the `/v1` that a client's base URL lacks. */
export const plainPaths: RequestHandler = (req, _res, next) => {
  const path = plainPath(req.path);
  if (served.some((known) => path === known || path.startsWith(`${known}/`))) {
    req.url = req.url.replace(place, (before) => before + prefix);
  }
  next();
};
