import type { RequestHandler } from "express";
import type { Admission } from "../admission.ts";
import type { Engine } from "../../runs/engine.ts";
import type { Respond } from "../respond.ts";

/** The process is alive: for liveness probes. */
export function health(respond: Respond, version: string | undefined): RequestHandler {
  return (_req, res) =>
    respond(res, 200, { status: "ok", service: "massgen", ...(version === undefined ? {} : { version }) });
}

/** Something is here: for clients that look before they ask. */
export function root(respond: Respond): RequestHandler {
  return (req, res, next) => {
    // The router takes `//` for the root as well.
    if (req.path === "/") respond(res, 200, { status: "ok" });
    else next("route");
  };
}

/** The server accepts requests: for load balancers. */
export function ready(
  respond: Respond,
  engine: Engine,
  admission: Admission,
  store: { readonly ping: () => Promise<void> } | undefined,
): RequestHandler {
  return async (_req, res) => {
    const stored = await store?.ping().then(
      () => true,
      () => false,
    );
    if (admission.draining) respond(res, 503, { status: "draining" });
    else if (!engine.ready()) respond(res, 503, { status: "not-ready" });
    else if (stored === false) respond(res, 503, { status: "store-unavailable" });
    else respond(res, 200, { status: "ready" });
  };
}
