import type { Registry } from "@massgen/providers";
import { deltaText, type FloodWire } from "./flood-wire.ts";

type Model = ReturnType<Registry["createModel"]>;

/** The model of a wire, as a server would make it from its configuration. */
export function modelOf(registry: Registry, upstreamUrl: string, wire: FloodWire, model: string): Model {
  const options = {};
  const apiKey = "no-real-key-1234567890";
  switch (wire) {
    case "openai":
      return registry.createModel({ type: "openai", model, apiKey, baseUrl: `${upstreamUrl}/v1`, options });
    case "claude":
      return registry.createModel({ type: "claude", model, apiKey, baseUrl: upstreamUrl, options });
    case "gemini":
      return registry.createModel({ type: "gemini", model, apiKey, baseUrl: upstreamUrl, options });
  }
}

/** Far away, but there: limits cost what they cost in a run. In milliseconds. */
const limits = { firstTokenMs: 60_000, idleMs: 60_000, totalMs: 600_000 };

/**
 * Reads one answer through the provider, with every limit running and the caller's signal watched.
 * @throws Error when it is not the whole answer
 */
export async function modelRead(model: Model, deltas: number, signal: AbortSignal): Promise<void> {
  let length = 0;
  for await (const event of model.stream({ messages: [{ role: "user", content: "Go." }], limits, signal })) {
    if (event.type === "text-delta") length += event.text.length;
  }
  if (length !== deltas * deltaText.length) throw new Error(`the answer has ${length} characters`);
}
