import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";

/** A network before a Postgres, which can be made to fail. */
export interface CuttableNetwork {
  /** The address of a database of that server, by this way. */
  readonly addressOf: (url: string) => string;
  /** From now on nothing comes through, in either direction, and nobody is told. */
  readonly stall: () => void;
  /** Ends all connections; new ones come through. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

/** Opens a port of loopback that leads to the socket of a Postgres. */
export async function openCuttableNetwork(socketFolder: string): Promise<CuttableNetwork> {
  const sockets = new Set<Socket>();
  let stalled = false;
  const forward = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on("data", (chunk) => {
      if (!stalled) to.write(chunk);
    });
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const network = createServer((client) => {
    const server = connect(join(socketFolder, ".s.PGSQL.5432"));
    forward(client, server);
    forward(server, client);
  });
  network.listen(0, "127.0.0.1");
  await new Promise((resolve) => network.once("listening", resolve));
  const { port } = network.address() as AddressInfo;
  const reset = (): void => {
    stalled = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    addressOf: (url) => `postgres://postgres@127.0.0.1:${port}${new URL(url).pathname}`,
    stall() {
      stalled = true;
    },
    reset,
    async close() {
      reset();
      await new Promise((resolve) => network.close(resolve));
    },
  };
}
