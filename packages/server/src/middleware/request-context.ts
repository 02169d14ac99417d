import type { Request, RequestHandler, Response } from "express";
import type { Admission } from "../admission.ts";
import type { LogEntry } from "../log-entry.ts";
import type { Ports } from "../ports.ts";
import { contextOf, setContext } from "../request-context.ts";
import { routeName, type RouteName } from "../route-name.ts";

const saneId = /^[A-Za-z0-9._-]{1,128}$/;

/** Gives every request its id, and writes its log entry when the response has ended. */
export function requestContext(
  admission: Admission,
  ports: Ports,
  log: ((entry: LogEntry) => void) | undefined,
): RequestHandler {
  return (req, res, next) => {
    const wanted = req.get("x-request-id");
    const requestId = wanted !== undefined && saneId.test(wanted) ? wanted : `req_${ports.newId()}`;
    setContext(res, { requestId, arrivedAt: ports.now() });
    res.set("x-request-id", requestId);
    // A client that kept this connection for its next request would find nobody there.
    if (admission.draining) res.set("Connection", "close");
    if (log !== undefined) {
      const route = routeName(req.path);
      res.once("close", () => log(logEntry(req, res, route, ports.now())));
    }
    next();
  };
}

function logEntry(req: Request, res: Response, route: RouteName, now: number): LogEntry {
  const { arrivedAt, firstByteAt, firstContentAt, outcome, ...known } = contextOf(res);
  const ended = res.writableEnded || known.error !== undefined ? outcome : "client-gone";
  return {
    ...known,
    method: req.method,
    route,
    status: res.headersSent ? res.statusCode : 499,
    ms: now - arrivedAt,
    ...(firstByteAt === undefined ? {} : { firstByteMs: firstByteAt - arrivedAt }),
    ...(firstContentAt === undefined ? {} : { firstContentMs: firstContentAt - arrivedAt }),
    ...(ended === undefined ? {} : { outcome: ended }),
  };
}
