import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** One request as the upstream got it, with the raw response to answer it by. */
export interface Exchange {
  /** 1 for the first request. */
  readonly number: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  readonly response: ServerResponse;
  /** Resolves when the connection is gone, or the response was sent as a whole. */
  readonly closed: Promise<unknown>;
}

/** A server on a loopback port that a test has full control of. */
export interface LoopbackUpstream {
  /** Without a slash at the end. */
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  /** Connections opened so far. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** Starts an upstream that answers every request by `answer`. */
export async function startUpstream(answer: (exchange: Exchange) => unknown): Promise<LoopbackUpstream> {
  const exchanges: Exchange[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const text = Buffer.concat(pieces).toString();
      const exchange: Exchange = {
        number: exchanges.length + 1,
        path: request.url ?? "",
        headers: request.headers,
        body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
        response,
        closed: once(response, "close"),
      };
      exchanges.push(exchange);
      answer(exchange);
    });
  });
  server.on("connection", (socket: Socket) => {
    connections += 1;
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
