import { Server as TcpServer, type Socket } from "node:net";
import { systemClock } from "@massgen/core";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** The connections of an HTTP server, which can be closed without cutting off a response. */
export interface Connections {
  /** Closes every idle connection now, and each other one as soon as it is idle. New ones are still accepted. */
  readonly closeIdle: () => void;
  /**
   * Whether the client would read a response written directly to this socket as the answer to its current request: no
   * other response is in progress or pending there.
   */
  readonly mayAnswer: (socket: Socket) => boolean;
  /**
   * Waits until all completely received requests are answered, at most this long; returns whether they were. Requests
   * still being sent do not count.
   */
  readonly answered: (timeoutMs: number) => Promise<boolean>;
  /** Stops listening and closes all remaining connections. Resolves when the server is closed. */
  readonly closeAll: () => Promise<void>;
}

/**
 * Tracks a server's connections from before it listens. Node's own `closeIdleConnections`, which `server.close()` also
 * calls, considers a response finished when its last byte is handed over, not when it is sent, and so cuts off slow
 * readers.
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
      // Requests still waiting for their turn are not notified.
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
      // Also ends Node's periodic check of the connections.
      server.close();
      return closed;
    },
  };
}
