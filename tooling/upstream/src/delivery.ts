import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { UpstreamCall } from "./call.ts";
import type { Answer, Content, HttpErrorReply, Pace, Reply } from "./reply.ts";
import { piecesOf, type Wire } from "./wire.ts";

/** The way back to one client. */
export interface Delivery {
  readonly call: UpstreamCall;
  readonly wire: Wire;
  readonly response: ServerResponse;
  /** Aborts when the client or the upstream closed the connection. */
  readonly gone: AbortSignal;
  /** Told before the socket is destroyed on purpose. */
  readonly onReset: () => void;
  readonly onBytes: (count: number) => void;
}

const jsonType = "application/json; charset=utf-8";

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Writes at the client's pace. Does nothing once the client is gone. */
async function write({ response, gone, onBytes }: Delivery, data: string | Buffer): Promise<void> {
  if (gone.aborted || data.length === 0) return;
  onBytes(Buffer.byteLength(data));
  if (response.write(data)) return;
  await Promise.race([once(response, "drain", { signal: gone }).catch(() => undefined), aborted(gone)]);
}

async function waitUntil(time: number, gone: AbortSignal): Promise<void> {
  const left = time - performance.now();
  if (left > 0) await delay(left, undefined, { signal: gone }).catch(() => undefined);
}

function sendBody({ response, onBytes }: Delivery, status: number, contentType: string, body: string): void {
  onBytes(Buffer.byteLength(body));
  response.writeHead(status, { "content-type": contentType }).end(body);
}

function sendRefusal(delivery: Delivery, reply: HttpErrorReply): void {
  for (const [name, value] of Object.entries(reply.headers)) delivery.response.setHeader(name, value);
  if (typeof reply.body === "string") sendBody(delivery, reply.status, "text/html; charset=utf-8", reply.body);
  else sendBody(delivery, reply.status, jsonType, JSON.stringify(reply.body ?? delivery.wire.refusal(reply.status)));
}

function destroy({ response, onReset }: Delivery): void {
  onReset();
  response.socket?.destroy();
}

/** Destroys the socket after everything written has left this process. */
async function destroyFlushed(delivery: Delivery): Promise<void> {
  const { response, gone } = delivery;
  const flushed = new Promise<void>((resolve) => response.write("", () => resolve()));
  await Promise.race([flushed, aborted(gone)]);
  await nextTurn();
  if (!gone.aborted) destroy(delivery);
}

/** Ends an answer whose pieces are out. */
async function finish(delivery: Delivery, answer: Answer): Promise<void> {
  const { response, wire, call, gone } = delivery;
  switch (answer.ending.type) {
    case "complete":
      await write(delivery, wire.end(call, answer));
      break;
    case "error":
      await write(delivery, wire.failure(answer.ending.error));
      break;
    case "cut":
      break;
    case "hang":
      return aborted(gone);
    case "reset":
      return destroyFlushed(delivery);
  }
  if (!gone.aborted) response.end();
}

async function sendEvents(delivery: Delivery, answer: Answer, pace: Pace | undefined): Promise<void> {
  const { response, wire, call, gone } = delivery;
  const pieces = piecesOf(answer);
  if (pace !== undefined) await waitUntil(call.startedAt + pace.firstMs, gone);
  if (gone.aborted) return;
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  response.flushHeaders();
  if (pieces.length === 0) await write(delivery, wire.opening(call));
  for (const [index, piece] of pieces.entries()) {
    // Due times count from the request, so that a late timer does not delay all that follow.
    if (pace !== undefined) await waitUntil(call.startedAt + pace.firstMs + index * pace.everyMs, gone);
    const opening = index === 0 ? wire.opening(call) : "";
    await write(delivery, opening + wire.piece(piece, call, answer, { sent: index + 1, total: pieces.length }));
  }
  await finish(delivery, answer);
}

async function sendWhole(delivery: Delivery, answer: Answer, pace: Pace | undefined): Promise<void> {
  const { response, wire, call, gone } = delivery;
  if (pace !== undefined) {
    const lastPiece = Math.max(0, piecesOf(answer).length - 1);
    await waitUntil(call.startedAt + pace.firstMs + lastPiece * pace.everyMs, gone);
  }
  if (gone.aborted) return;
  if (answer.ending.type === "complete") return sendBody(delivery, 200, jsonType, wire.whole(call, answer));
  if (answer.ending.type === "error") {
    return sendBody(delivery, 200, jsonType, JSON.stringify({ error: answer.ending.error }));
  }
  const body = wire.whole(call, answer);
  response.writeHead(200, { "content-type": jsonType });
  await write(delivery, body.slice(0, Math.floor(body.length / 2)));
  await finish(delivery, answer);
}

async function sendRaw(delivery: Delivery, chunks: readonly (string | Buffer)[]): Promise<void> {
  const { response, gone } = delivery;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  for (const chunk of chunks) {
    await write(delivery, chunk);
    await nextTurn();
  }
  if (!gone.aborted) response.end();
}

async function send(delivery: Delivery, content: Content, pace: Pace | undefined): Promise<void> {
  switch (content.type) {
    case "answer":
      return delivery.call.stream ? sendEvents(delivery, content, pace) : sendWhole(delivery, content, pace);
    case "http-error":
      return sendRefusal(delivery, content);
    case "body":
      return sendBody(delivery, 200, content.contentType, content.body);
    case "raw":
      return sendRaw(delivery, content.chunks);
    case "hang":
      return aborted(delivery.gone);
    case "reset":
      return destroy(delivery);
  }
}

/**
 * Carries out a reply. Returns when it is out, or as soon as the client is gone.
 * @throws what a gate rejected with
 */
export async function deliver(delivery: Delivery, reply: Reply): Promise<void> {
  let pace: Pace | undefined;
  let content = reply;
  while (content.type === "gated" || content.type === "paced") {
    if (content.type === "gated") await Promise.race([content.gate, aborted(delivery.gone)]);
    else pace = content.pace;
    content = content.reply;
  }
  if (delivery.gone.aborted) return;
  if (pace !== undefined && content.type !== "answer") {
    await waitUntil(delivery.call.startedAt + pace.firstMs, delivery.gone);
    if (delivery.gone.aborted) return;
  }
  await send(delivery, content, pace);
}
