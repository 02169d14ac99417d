import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";

/** A network before a Postgres, which can be made to fail. */
export interface CuttableNetwork {
  /** The address of a database of that server, by this way. */
  readonly addressOf: (url: string) => string;
  /** From now on nothing comes through, in either direction, and nobody is told. */
  readonly stall: () => void;
  /** From now on no notification comes through; all else does. */
  readonly deafen: () => void;
  /** Ends all connections; new ones come through. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

/** Opens a port of loopback that leads to the socket of a Postgres. */
export async function openCuttableNetwork(socketFolder: string): Promise<CuttableNetwork> {
  const sockets = new Set<Socket>();
  let stalled = false;
  let deaf = false;
  const forward = (from: Socket, to: Socket, passed = (chunk: Buffer): Buffer => chunk): void => {
    sockets.add(from);
    from.on("data", (chunk) => {
      const rest = passed(chunk);
      if (!stalled && rest.length > 0) to.write(rest);
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
    const split = messageSplitter();
    forward(server, client, (chunk) => {
      const messages = split(chunk);
      return Buffer.concat(deaf ? messages.filter(([type]) => type !== notification) : messages);
    });
  });
  network.listen(0, "127.0.0.1");
  await new Promise((resolve) => network.once("listening", resolve));
  const { port } = network.address() as AddressInfo;
  const reset = (): void => {
    stalled = false;
    deaf = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    addressOf: (url) => `postgres://postgres@127.0.0.1:${port}${new URL(url).pathname}`,
    stall() {
      stalled = true;
    },
    deafen() {
      deaf = true;
    },
    reset,
    async close() {
      reset();
      await new Promise((resolve) => network.close(resolve));
    },
  };
}

/** `NotificationResponse`, of the messages of Postgres's protocol. */
const notification = "A".charCodeAt(0);
/** A letter, then the length of what follows, itself included. */
const headBytes = 5;

/** Splits what a server sends, without TLS, into whole messages. */
function messageSplitter(): (chunk: Buffer) => Buffer[] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    const messages: Buffer[] = [];
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= headBytes) {
      const end = 1 + rest.readUInt32BE(1);
      if (rest.length < end) break;
      messages.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return messages;
  };
}
