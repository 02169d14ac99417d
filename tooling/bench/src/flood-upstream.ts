import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { floodEvents, floodIn, wireOf, type Flood, type FloodWire } from "./flood-wire.ts";

/** Pieces of this size leave a busy provider's socket. */
const pieceBytes = 64 * 1024;

const prepared = new Map<string, readonly Buffer[]>();

/** The writes that make up an answer; made once per kind of answer, so that the upstream is no brake. */
function writesOf(wire: FloodWire, { delivery, deltas }: Flood): readonly Buffer[] {
  const key = `${wire} ${delivery} ${deltas}`;
  let writes = prepared.get(key);
  if (writes === undefined) {
    const events = floodEvents(wire, deltas);
    writes = delivery === "single" ? events.map((event) => Buffer.from(event)) : cut(Buffer.from(events.join("")));
    prepared.set(key, writes);
  }
  return writes;
}

function cut(whole: Buffer): readonly Buffer[] {
  const count = Math.ceil(whole.length / pieceBytes);
  return Array.from({ length: count }, (_, n) => whole.subarray(n * pieceBytes, (n + 1) * pieceBytes));
}

async function answer(response: ServerResponse, writes: readonly Buffer[]): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const piece of writes) {
    // Waiting for the write to leave keeps it a write of its own.
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    if (response.destroyed) return;
  }
  response.end();
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  void text(request).then((body) => {
    const path = request.url ?? "";
    const flood = floodIn(`${path} ${body}`);
    if (flood === undefined) return void response.writeHead(400).end();
    return answer(response, writesOf(wireOf(path), flood));
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
