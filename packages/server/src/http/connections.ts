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
  /** Each connection's responses that are not sent yet, in the order of their requests. */
  const connections = new Map<Socket, ServerResponse[]>();
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  let closingIdle = false;
  let onAnswered: (() => void) | undefined;

  const openOn = (socket: Socket): ServerResponse[] => connections.get(socket) ?? [];
  const allOpen = (): readonly ServerResponse[] => [...connections.values()].flat();

  function closeIfIdle(socket: Socket): void {
    if (openOn(socket).length === 0) socket.destroySoon();
  }

  function tellIfAnswered(): void {
    if (onAnswered !== undefined && allOpen().length === 0) onAnswered();
  }

  server.on("connection", (socket) => {
    connections.set(socket, []);
    socket.once("close", () => {
      // Requests still waiting for their turn are not notified.
      connections.delete(socket);
      tellIfAnswered();
    });
  });
  server.prependListener("request", ({ socket }: IncomingMessage, res: ServerResponse) => {
    const open = openOn(socket);
    open.push(res);
    res.once("close", () => {
      open.splice(open.indexOf(res), 1);
      tellIfAnswered();
      if (closingIdle) closeIfIdle(socket);
    });
  });

  return {
    mayAnswer(socket) {
      const [last, ...others] = openOn(socket);
      if (last === undefined) return true;
      return others.length === 0 && !last.headersSent && !last.req.complete;
    },
    closeIdle() {
      closingIdle = true;
      for (const socket of connections.keys()) closeIfIdle(socket);
    },
    answered(timeoutMs) {
      if (allOpen().length === 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timeUp = (): void => resolve(!allOpen().some(({ req }) => req.complete));
        const callOff = systemClock.setTimer(timeoutMs, timeUp);
        onAnswered = () => {
          callOff();
          resolve(true);
        };
      });
    },
    closeAll() {
      TcpServer.prototype.close.call(server);
      for (const socket of connections.keys()) socket.destroySoon();
      server.closeAllConnections();
      // Also ends Node's periodic check of the connections.
      server.close();
      return closed;
    },
  };
}
