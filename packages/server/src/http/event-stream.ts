import type { ServerResponse } from "node:http";
import type { ServerOptions } from "./options.ts";
import type { Ports } from "../ports.ts";
import { keepAlive } from "../wires/frame.ts";

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

/**
 * Begins the response, whose headers go out with the first frames, and keeps the connection busy: a comment goes out after every `heartbeatMs`
 * of silence (0: never). A client that takes nothing for `stalledReaderMs` loses its connection.
 */
export function openEventStream(
  res: ServerResponse,
  { heartbeatMs, stalledReaderMs }: Pick<ServerOptions, "heartbeatMs" | "stalledReaderMs">,
  ports: Ports,
): EventStream {
  res.socket?.setNoDelay(true);
  res.writeHead(200, headers);

  let lastWriteAt = ports.elapsed();
  let cancelTimer: (() => void) | undefined;

  function beat(): void {
    const silentMs = ports.elapsed() - lastWriteAt;
    if (silentMs < heartbeatMs) {
      schedule(heartbeatMs - silentMs);
      return;
    }
    // A client that does not read gets no comments on top of what it has not read.
    if (!res.writableNeedDrain) {
      res.write(keepAlive);
      lastWriteAt = ports.elapsed();
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
      lastWriteAt = ports.elapsed();
      // As bytes: chunks of text take Node a sixth more of what it costs to pass a token on.
      if (!res.write(Buffer.from(frames))) await drained(res, stalledReaderMs, ports);
    },
    end(frames) {
      stop();
      if (!res.destroyed) res.end(frames);
    },
  };
}

/** Resolves when the client has taken what was written, or is gone; one that takes nothing for too long is sent away. */
function drained(res: ServerResponse, stalledReaderMs: number, ports: Ports): Promise<void> {
  return new Promise((resolve) => {
    const cancelTimer = ports.startTimer(stalledReaderMs, () => res.destroy());
    const finish = (): void => {
      cancelTimer();
      res.off("drain", finish);
      res.off("close", finish);
      resolve();
    };
    res.once("drain", finish);
    res.once("close", finish);
  });
}
