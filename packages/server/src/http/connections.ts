import { Server as TcpServer, type Socket } from "node:net";
import { systemClock } from "@massgen/core";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** The connections of an HTTP server, and how they are closed without cutting anybody off. */
export interface Connections {
  /** Closes every connection that answers no request, now and as soon as it has answered. New ones can still come. */
  readonly closeIdle: () => void;
  /**
   * Whether a response written to this socket by hand would be read as the answer to what the client is sending:
   * nothing else is, or will be, written there.
   */
  readonly mayAnswer: (socket: Socket) => boolean;
  /**
   * Whether all requests that arrived whole are answered within so many milliseconds; who is still sending one was
   * promised nothing.
   */
  readonly answered: (timeoutMs: number) => Promise<boolean>;
  /** Stops listening and closes what is left. Resolves when the server is closed. */
  readonly closeAll: () => Promise<void>;
}

/**
 * Follows a server's connections from before it listens. Node's own `closeIdleConnections`, which `server.close()`
 * calls too, takes a response for finished when its last byte is handed over, not when it is sent, and so cuts slow
 * readers off.
 */
export function trackConnections(server: Server): Connections {
  const sockets = new Set<Socket>();
  const open = new Map<ServerResponse, Socket>();
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  let closingIdle = false;
  let onAnswered: (() => void) | undefined;

  const isBusy = (socket: Socket): boolean => [...open.values()].includes(socket);

  function closeIfIdle(socket: Socket): void {
    if (!isBusy(socket)) socket.destroySoon();
  }

  function forget(res: ServerResponse): void {
    open.delete(res);
    if (open.size === 0) onAnswered?.();
  }

  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      // Those whose turn had not come hear nothing of it.
      for (const [res, its] of open) if (its === socket) forget(res);
    });
  });
  server.prependListener("request", ({ socket }: IncomingMessage, res: ServerResponse) => {
    open.set(res, socket);
    res.once("close", () => {
      forget(res);
      if (closingIdle) closeIfIdle(socket);
    });
  });

  return {
    mayAnswer(socket) {
      const [last, ...others] = [...open].flatMap(([res, its]) => (its === socket ? [res] : []));
      if (last === undefined) return true;
      return others.length === 0 && !last.headersSent && !last.req.complete;
    },
    closeIdle() {
      closingIdle = true;
      const busy = new Set(open.values());
      for (const socket of sockets) if (!busy.has(socket)) socket.destroySoon();
    },
    answered(timeoutMs) {
      if (open.size === 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timeUp = (): void => resolve(![...open.keys()].some(({ req }) => req.complete));
        const callOff = systemClock.setTimer(timeoutMs, timeUp);
        onAnswered = () => {
          callOff();
          resolve(true);
        };
      });
    },
    closeAll() {
      TcpServer.prototype.close.call(server);
      for (const socket of sockets) socket.destroySoon();
      server.closeAllConnections();
      // Ends Node's periodic check of the connections as well.
      server.close();
      return closed;
    },
  };
}
