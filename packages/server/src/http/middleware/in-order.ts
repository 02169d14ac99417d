import type { Request, RequestHandler, Response } from "express";
import type { Socket } from "node:net";

/**
 * The most requests that wait on one connection, and the most bytes of their bodies together: Node keeps these in
 * memory.
 */
const mostWaiting = 100;
const mostWaitingBytes = 65_536;
/** How many requests of a connection that is not answered any more are read, for the sake of those before them. */
const mostDropped = 100;

interface Waiting {
  readonly res: Response;
  readonly bytes: number;
  readonly begin: () => void;
}

/** The requests of one connection that are not answered. */
interface Line {
  answering: Response | undefined;
  readonly waiting: Waiting[];
  dropped: number;
}

/**
 * Lets the requests that come on one connection in one by one. Answers go out in the order of the requests, so that one
 * sent ahead (pipelined) would hold its place and its calls for nothing; and answers that wait behind another fill the
 * connection's buffers, until Node reads it no more and nobody notices that the client has left. What is more than may
 * wait is not answered: the connection is closed behind the last answer, as HTTP allows (RFC 9112, 9.3.2), and is read
 * until then.
 */
export function inOrder(): RequestHandler {
  const lines = new WeakMap<Socket, Line>();

  function begin(line: Line, res: Response, next: () => void): void {
    line.answering = res;
    res.once("close", () => {
      line.answering = undefined;
      // Node answers nothing more on it.
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
    // Unread, it would keep Node from reading on.
    req.resume();
    if (line.dropped > mostDropped) socket.destroy();
  };
}

/** How large a request's body says it is. */
function bodyBytes(req: Request): number {
  if (req.get("transfer-encoding") !== undefined) return Infinity;
  return Number(req.get("content-length") ?? 0);
}
