import type { ServerResponse } from "node:http";
import type { ServerOptions } from "./options.ts";
import type { Ports } from "../ports.ts";
import type { FrameSink } from "../runs/answer-stream.ts";
import type { Frame } from "../wires/wire.ts";

/** Options for keeping a stream open. */
export interface StreamSettings extends Pick<ServerOptions, "heartbeatMs" | "stalledReaderMs"> {
  readonly heartbeat: Frame;
}

const headers = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/**
 * Frames that follow a write within this time, one picture of a screen, go out together: a write costs more than all
 * else that a token does.
 */
const gatherMs = 16;
/** This many characters do not wait. */
const mostGathered = 16_384;

/**
 * Begins the response; its headers go out with the first write. Sends the heartbeat after every `heartbeatMs` of
 * silence (0: never). Closes the connection of a client that reads nothing for `stalledReaderMs`.
 */
export function openEventStream(
  res: ServerResponse,
  { heartbeat, heartbeatMs, stalledReaderMs }: StreamSettings,
  ports: Ports,
): FrameSink {
  res.socket?.setNoDelay(true);
  res.writeHead(200, headers);
  // Absent for clients of HTTP/1.0.
  const asChunks = res.chunkedEncoding;
  res.chunkedEncoding = false;
  const framed = (frames: string): string => (asChunks ? chunkOf(frames) : frames);

  const openedAt = ports.clock.now();
  let lastWriteAt: number | undefined;
  let cancelBeat: (() => void) | undefined;
  let gathered = "";
  let cancelFlush: (() => void) | undefined;

  /** Whether the client has room for more. */
  function flush(): boolean {
    cancelFlush?.();
    cancelFlush = undefined;
    const frames = gathered;
    gathered = "";
    lastWriteAt = ports.clock.now();
    return res.write(framed(frames));
  }
  function flushLate(): void {
    // Nobody waits for it, and a client that reads nothing is left all the same.
    if (!flush()) void drained(res, stalledReaderMs, ports);
  }
  function beat(): void {
    const silentMs = ports.clock.now() - (lastWriteAt ?? openedAt);
    if (silentMs < heartbeatMs) {
      schedule(heartbeatMs - silentMs);
      return;
    }
    // A client that does not read gets no heartbeats on top of its backlog.
    if (!res.writableNeedDrain) {
      res.write(framed(heartbeat));
      lastWriteAt = ports.clock.now();
    }
    schedule(heartbeatMs);
  }
  function schedule(ms: number): void {
    cancelBeat = ports.clock.setTimer(ms, beat);
  }
  function stop(): void {
    cancelBeat?.();
    cancelFlush?.();
    cancelBeat = cancelFlush = undefined;
  }

  if (!res.destroyed) {
    if (heartbeatMs > 0) schedule(heartbeatMs);
    res.once("close", stop);
  }

  return {
    async write(frames) {
      if (frames === "") {
        // The client waits for the headers, even if there are no frames yet.
        if (lastWriteAt === undefined && !res.destroyed) res.flushHeaders();
        return;
      }
      if (res.writableNeedDrain) await drained(res, stalledReaderMs, ports);
      if (res.destroyed) return;
      gathered += frames;
      const waitMs = lastWriteAt === undefined ? 0 : lastWriteAt + gatherMs - ports.clock.now();
      if (waitMs > 0 && gathered.length < mostGathered) cancelFlush ??= ports.clock.setTimer(waitMs, flushLate);
      else if (!flush()) await drained(res, stalledReaderMs, ports);
    },
    end(frames) {
      stop();
      if (res.destroyed) return;
      const rest = gathered + frames;
      const last = rest === "" ? "" : framed(rest);
      res.end(asChunks ? last + lastChunk : last);
    },
  };
}

/** The end of a body in chunks. */
const lastChunk = "0\r\n\r\n";

/**
 * One chunk of a body, in one piece. Node would write four (length, line end, bytes, line end), and passing on a token
 * would cost a quarter more.
 */
function chunkOf(bytes: string): string {
  return `${Buffer.byteLength(bytes).toString(16)}\r\n${bytes}\r\n`;
}

/**
 * Resolves when the client has read what was written, or is gone. Disconnects a client that reads nothing for too long.
 */
function drained(res: ServerResponse, stalledReaderMs: number, ports: Ports): Promise<void> {
  return new Promise((resolve) => {
    const cancelTimer = ports.clock.setTimer(stalledReaderMs, () => res.destroy());
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
