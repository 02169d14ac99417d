import { StoreError } from "@massgen/runs";
import type { Request, Response } from "express";
import { ProblemError } from "../../problem.ts";
import type { RunView } from "../../runs/run-view.ts";
import { dataFrame, keepAlive } from "../../wires/frame.ts";
import type { AnswerParts } from "../answer-parts.ts";
import { openEventStream } from "../event-stream.ts";
import { contextOf } from "../request-context.ts";
import { describe } from "../thrown.ts";
import { numberIn } from "./kept.ts";

/**
 * Streams what happens in a run, from its beginning or behind an event that the client has, to its end. When the client
 * leaves, the run continues. Where nothing more can be read here, the stream is closed without `run-finished`: its
 * client may come back for the rest.
 */
export async function sendEvents(view: RunView, req: Request, parts: AnswerParts, res: Response): Promise<void> {
  const after = lastSeen(req);
  const drafts = numberIn(req, "drafts", 0, 0, 1) === 1;
  if (req.method === "HEAD") {
    res.set("Content-Type", "text/event-stream; charset=utf-8").end();
    return;
  }
  const { options, ports, admission } = parts;
  const gone = new AbortController();
  res.once("close", () => gone.abort());
  const leave = admission.watch(gone);
  const stream = openEventStream(res, { ...options, heartbeat: keepAlive }, ports);
  contextOf(res).firstByteAt = ports.clock.now();
  try {
    await stream.write("");
    for await (const event of view.events({ from: after + 1, drafts, signal: gone.signal })) {
      // A kept run is folded from its beginning.
      if (event.seq !== undefined && event.seq <= after) continue;
      await stream.write(`${event.seq === undefined ? "" : `id: ${event.seq}\n`}${dataFrame(event)}`);
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    contextOf(res).error = describe(error);
  } finally {
    leave();
  }
  stream.end("");
}

/** The number of the last event that a client has; -1 for none. A client that reconnects sends the header. */
function lastSeen(req: Request): number {
  const header = req.get("last-event-id");
  if (header === undefined || header === "") {
    return numberIn(req, "after", -1, 0, Number.MAX_SAFE_INTEGER);
  }
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new ProblemError("invalid-value", "The header Last-Event-ID must be the `id` of an event of this stream.", {
    param: "Last-Event-ID",
  });
}
