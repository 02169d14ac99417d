import type { RequestHandler } from "express";
import { wires } from "../../wires/wires.ts";
import { plainPath } from "../route-name.ts";

const prefix = "/v1";

/** What is served without the prefix as well, for clients whose base URL leaves it out. */
const served = [...wires.map(({ path }) => path.slice(prefix.length)), "/models"];

/** Adds the `/v1` that a client's base URL left out. */
export const plainPaths: RequestHandler = (req, _res, next) => {
  const path = plainPath(req.path);
  if (served.some((known) => path === known || path.startsWith(`${known}/`))) req.url = prefix + req.url;
  next();
};
