import type { RunEvent } from "@massgen/core";
import { createParser } from "eventsource-parser";

/** Reads the events of a stream to its end. Heartbeats and what is no event of a run are passed over. */
export async function readEvents(body: ReadableStream<Uint8Array>, take: (event: RunEvent) => void): Promise<void> {
  const parser = createParser({
    onEvent({ data }) {
      const event = eventIn(data);
      if (event !== undefined) take(event);
    },
  });
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(value);
  }
}

function eventIn(data: string): RunEvent | undefined {
  try {
    const event = JSON.parse(data) as RunEvent | null;
    return typeof event?.type === "string" && typeof event.atMs === "number" ? event : undefined;
  } catch {
    return undefined;
  }
}
