import { createParser } from "eventsource-parser";
import type { FloodWire } from "./flood-wire.ts";

/** Where a request of a wire goes. */
function pathOf(wire: FloodWire, model: string): string {
  switch (wire) {
    case "openai":
      return "/v1/chat/completions";
    case "claude":
      return "/v1/messages";
    case "gemini":
      return `/v1beta/models/${model}:streamGenerateContent?alt=sse`;
  }
}

/**
 * The least that any client has to do: fetch, split into events, parse each event's JSON. It checks nothing and keeps
 * none of the provider contract's promises. Resolves with the number of events.
 */
export async function bareRead(upstreamUrl: string, wire: FloodWire, model: string): Promise<number> {
  const response = await fetch(`${upstreamUrl}${pathOf(wire, model)}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, stream: true, messages: [{ role: "user", content: "Go." }] }),
  });
  if (!response.ok || response.body === null) throw new Error(`the upstream answered ${response.status}`);
  let events = 0;
  let parsed: unknown;
  const parser = createParser({
    onEvent({ data }) {
      events += 1;
      if (data !== "[DONE]") parsed = JSON.parse(data);
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body) parser.feed(decoder.decode(bytes, { stream: true }));
  if (parsed === undefined) throw new Error("the upstream sent no event");
  return events;
}
