import type { ServerResponse } from "node:http";
import type { Ports } from "../ports.ts";
import { keepAlive } from "./encode.ts";

/** An open stream to a client. */
export interface EventStream {
  /** True when the client is gone; writing then does nothing. */
  readonly closed: boolean;
  /** Resolves when the client can take more, or is gone: awaiting it passes a slow reader's pace on. */
  readonly write: (frames: string) => Promise<void>;
  /** Sends the last frames and ends the response. */
  readonly end: (frames: string) => void;
}

const headers = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/** Sends the headers at once and keeps the connection busy: a comment goes out after every `heartbeatMs` of silence (0: never). */
export function openEventStream(res: ServerResponse, heartbeatMs: number, ports: Ports): EventStream {
  res.socket?.setNoDelay(true);
  res.writeHead(200, headers);
  res.flushHeaders();

  let lastWriteAt = ports.now();
  let cancelTimer: (() => void) | undefined;

  function beat(): void {
    const silentMs = ports.now() - lastWriteAt;
    if (silentMs < heartbeatMs) {
      schedule(heartbeatMs - silentMs);
      return;
    }
    // A client that does not read gets no comments on top of what it has not read.
    if (!res.writableNeedDrain) {
      res.write(keepAlive);
      lastWriteAt = ports.now();
    }
    schedule(heartbeatMs);
  }
  function schedule(ms: number): void {
    cancelTimer = ports.startTimer(ms, beat);
  }
  function stop(): void {
    cancelTimer?.();
    cancelTimer = undefined;
  }

  if (heartbeatMs > 0 && !res.destroyed) {
    schedule(heartbeatMs);
    res.once("close", stop);
  }

  return {
    get closed() {
      return res.destroyed;
    },
    async write(frames) {
      if (frames === "" || res.destroyed) return;
      lastWriteAt = ports.now();
      if (!res.write(frames)) await drained(res);
    },
    end(frames) {
      stop();
      if (!res.destroyed) res.end(frames);
    },
  };
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      res.off("drain", finish);
      res.off("close", finish);
      resolve();
    };
    res.once("drain", finish);
    res.once("close", finish);
  });
}
