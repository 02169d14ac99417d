import type { Request, RequestHandler, Response } from "express";
import type { Socket } from "node:net";

/**
 * The most requests that may wait on one connection, and the most bytes of their bodies together: Node keeps these in
 * memory.
 */
const mostWaiting = 100;
const mostWaitingBytes = 65_536;
/** Requests read from a connection that gets no further answers, for the sake of the earlier ones. */
const mostDropped = 100;

interface Waiting {
  readonly res: Response;
  readonly bytes: number;
  readonly begin: () => void;
}

/** The unanswered requests of one connection. */
interface Line {
  answering: Response | undefined;
  readonly waiting: Waiting[];
  dropped: number;
}

/**
 * Handles the requests of one connection one at a time. Answers go out in the order of the requests, so a request sent
 * ahead (pipelined) would hold its place and its calls for nothing. Answers that wait behind another one also fill the
 * connection's buffers, until Node stops reading and a client's leaving goes unnoticed. Requests beyond the limit are
 * not answered: the connection is closed after the last answer, as HTTP allows (RFC 9112, 9.3.2), and is read until
 * then.
 */
export function inOrder(): RequestHandler {
  const lines = new WeakMap<Socket, Line>();

  function begin(line: Line, res: Response, next: () => void): void {
    line.answering = res;
    res.once("close", () => {
      line.answering = undefined;
      // Node sends no further answer on it.
      if (res.req.socket.destroyed) return;
      const following = line.waiting.shift();
      if (following !== undefined) following.begin();
      else if (line.dropped > 0) res.req.socket.destroySoon();
    });
    next();
  }

  return (req, res, next) => {
    const { socket } = req;
    let line = lines.get(socket);
    if (line === undefined) lines.set(socket, (line = { answering: undefined, waiting: [], dropped: 0 }));
    const { answering, waiting } = line;
    if (answering === undefined && line.dropped === 0) {
      begin(line, res, next);
      return;
    }
    const bytes = bodyBytes(req);
    const waitingBytes = waiting.reduce((sum, one) => sum + one.bytes, bytes);
    if (line.dropped === 0 && waiting.length < mostWaiting && waitingBytes <= mostWaitingBytes) {
      const its = line;
      waiting.push({ res, bytes, begin: () => begin(its, res, next) });
      return;
    }
    line.dropped += 1;
    const last = waiting.at(-1)?.res ?? answering;
    if (last?.headersSent === false) last.set("Connection", "close");
    // An unread body would keep Node from reading on.
    req.resume();
    if (line.dropped > mostDropped) socket.destroy();
  };
}

/** The declared size of a request's body. */
function bodyBytes(req: Request): number {
  if (req.get("transfer-encoding") !== undefined) return Infinity;
  return Number(req.get("content-length") ?? 0);
}
