import type { Request, RequestHandler, Response } from "express";
import type { Admission } from "../admission.ts";
import { calledWire } from "../called-wire.ts";
import type { LogEntry } from "../log-entry.ts";
import type { Ports } from "../../ports.ts";
import { contextOf, setContext } from "../request-context.ts";
import { routeName, type RouteName } from "../route-name.ts";

const saneId = /^[A-Za-z0-9._-]{1,128}$/;

/** Gives every request its id, and writes its log entry when both the response and its run have ended. */
export function requestContext(admission: Admission, ports: Ports, log: (entry: LogEntry) => void): RequestHandler {
  return (req, res, next) => {
    const wanted = req.get("x-request-id");
    const requestId = wanted !== undefined && saneId.test(wanted) ? wanted : `req_${ports.newId()}`;
    const wire = calledWire(req);
    setContext(res, { requestId, arrivedAt: ports.clock.now(), wire });
    res.set("x-request-id", requestId);
    if (wire.requestIdHeader !== undefined) res.set(wire.requestIdHeader, requestId);
    // A client that reused this connection would find it closed.
    if (admission.draining) res.set("Connection", "close");
    const route = routeName(req.path);
    res.once("close", () => {
      const context = contextOf(res);
      const ms = ports.clock.now() - context.arrivedAt;
      const clientGone = !res.writableEnded && context.error === undefined && context.detached !== true;
      const write = (): void => log(logEntry(req, res, { route, ms, clientGone }));
      if (context.runEnded === undefined) write();
      else void context.runEnded.then(write);
    });
    next();
  };
}

/** The log entry's fields that are known when the response is closed. */
interface Closed {
  readonly route: RouteName;
  readonly ms: number;
  readonly clientGone: boolean;
}

function logEntry(req: Request, res: Response, { route, ms, clientGone }: Closed): LogEntry {
  const {
    arrivedAt,
    wire: __,
    owner: ___,
    teams: _____,
    sees: ______,
    firstByteAt,
    firstContentAt,
    runEnded: _,
    detached: ____,
    outcome,
    ...known
  } = contextOf(res);
  const ended = clientGone ? "client-gone" : outcome;
  return {
    ...known,
    method: req.method,
    route,
    status: res.headersSent ? res.statusCode : 499,
    ms,
    ...(firstByteAt === undefined ? {} : { firstByteMs: firstByteAt - arrivedAt }),
    ...(firstContentAt === undefined ? {} : { firstContentMs: firstContentAt - arrivedAt }),
    ...(ended === undefined ? {} : { outcome: ended }),
  };
}
