import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { selfSigned } from "../self-signed.ts";
import type { Nature } from "./fault.ts";

/** An address at which no model can be reached. */
export interface DeadAddress extends AsyncDisposable {
  /** Origin, to stand where a provider's would. */
  readonly origin: string;
}

/** A fault that lies in the address of a model: it is there from the first call on, whatever the phase. */
export interface AddressFault {
  readonly name: string;
  readonly open: () => Promise<DeadAddress>;
  readonly nature: Nature;
}

const nature: Nature = { kind: "fails", code: "connection", tries: 3, spoke: false };

/** Listens on a free port. */
async function listening(server: Server): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Where there is nobody, or somebody who cannot be trusted. */
export const addressFaults: readonly AddressFault[] = [
  {
    name: "connection refused",
    nature,
    open: async () => {
      const { port, close } = await listening(createServer());
      await close();
      return { origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => undefined };
    },
  },
  {
    name: "DNS failure",
    nature,
    open: async () => ({ origin: "http://nowhere.invalid", [Symbol.asyncDispose]: async () => undefined }),
  },
  {
    name: "TLS to a plain port",
    nature,
    open: async () => {
      const { port, close } = await listening(createHttpServer());
      return { origin: `https://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
    },
  },
  {
    name: "TLS, self-signed",
    nature,
    open: async () => {
      const server = createTlsServer(selfSigned("127.0.0.1"), (socket) => socket.end());
      const { port, close } = await listening(server.on("tlsClientError", () => undefined));
      return { origin: `https://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
    },
  },
];
