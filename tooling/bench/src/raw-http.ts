import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** A request as an upstream of the bench needs it. */
export interface RawRequest {
  readonly path: string;
  readonly body: string;
  readonly socket: Socket;
}

const headEnd = "\r\n\r\n";

/**
 * Listens on a free port of loopback and resolves with the address. Reads just enough HTTP/1.1 for clients that send
 * `content-length` and one request at a time; answers are written to the socket as they go over the wire. node:http
 * takes three times the CPU for this, which the servers under test, on the same machine, would lack.
 */
export async function listenRaw(onRequest: (request: RawRequest) => void): Promise<string> {
  const server = createServer({ noDelay: true }, (socket) => {
    let pending: Buffer = Buffer.alloc(0);
    socket.on("data", (bytes: Buffer) => {
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      const bodyStart = pending.indexOf(headEnd) + headEnd.length;
      if (bodyStart < headEnd.length) return;
      const head = pending.toString("latin1", 0, bodyStart);
      const bodyEnd = bodyStart + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      if (pending.length < bodyEnd) return;
      const body = pending.toString("utf8", bodyStart, bodyEnd);
      pending = pending.subarray(bodyEnd);
      onRequest({ path: head.split(" ", 2)[1] ?? "/", body, socket });
    });
    // Whoever hangs up in the middle of an answer resets the connection.
    socket.on("error", () => socket.destroy());
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A complete answer of JSON. */
export function jsonAnswer(value: unknown): string {
  const body = JSON.stringify(value);
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** The head of an event stream whose parts are framed by `chunk`. */
export const streamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/** One piece of a chunked body. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** Ends a chunked body. */
export const lastChunk = "0\r\n\r\n";
