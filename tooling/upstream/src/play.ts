import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { ReplyUsage } from "./answer.ts";
import type { Behaviour, Step } from "./behaviour.ts";

/** The way back to one client. */
export interface Line {
  readonly response: ServerResponse;
  /** When the request had arrived, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** Aborts when the connection is closed. */
  readonly gone: AbortSignal;
  /** Told before the socket is destroyed on purpose. */
  readonly onReset: () => void;
  readonly onSent: (bytes: number, usage: ReplyUsage | undefined) => void;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function pause(ms: number, gone: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal: gone }).catch(() => undefined);
}

/** Writes at the client's pace. */
async function send({ response, gone, onSent }: Line, bytes: string | Buffer, usage?: ReplyUsage): Promise<void> {
  onSent(Buffer.byteLength(bytes), usage);
  if (bytes.length === 0 || response.write(bytes)) return;
  await once(response, "drain", { signal: gone }).catch(() => undefined);
}

async function take(step: Step, line: Line): Promise<void> {
  const { response, gone } = line;
  switch (step.type) {
    case "head":
      response.writeHead(step.status, step.headers);
      return response.flushHeaders();
    case "send":
      return send(line, step.bytes, step.usage);
    case "wait":
      if (step.ms === 0) await nextTurn();
      return pause(step.ms, gone);
    case "due":
      return pause(line.startedAt + step.ms - performance.now(), gone);
    case "hang":
      return aborted(gone);
    case "reset":
      if (response.headersSent) {
        const flushed = new Promise<void>((resolve) => response.write("", () => resolve()));
        await Promise.race([flushed, aborted(gone)]);
      }
      await nextTurn();
      if (gone.aborted) return;
      line.onReset();
      response.socket?.destroy();
      return aborted(gone);
  }
}

function isStream(headers: Readonly<Record<string, string>>): boolean {
  return headers["content-type"]?.startsWith("text/event-stream") ?? false;
}

/** Carries out a behaviour. Returns when it is over, or as soon as the client is gone. */
export async function play({ steps }: Behaviour, line: Line): Promise<void> {
  const { response, gone } = line;
  for (const [at, step] of steps.entries()) {
    if (gone.aborted) return;
    const next = steps[at + 1];
    // A body that is all there goes out with its length, a stream never.
    if (step.type === "head" && next?.type === "send" && at + 2 === steps.length && !isStream(step.headers)) {
      response.writeHead(step.status, step.headers);
      line.onSent(Buffer.byteLength(next.bytes), next.usage);
      response.end(next.bytes);
      return;
    }
    await take(step, line);
  }
  if (!gone.aborted) response.end();
}
