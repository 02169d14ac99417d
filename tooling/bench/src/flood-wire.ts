import { framed, wireAt, wires } from "@massgen/upstream";

/** The wires that the bench measures: those that our providers read. */
export type FloodWire = "openai" | "claude" | "gemini";

export const floodWires: readonly FloodWire[] = ["openai", "claude", "gemini"];

/** How an upstream hands out an answer. */
export interface Flood {
  /**
   * `bulk`: in pieces of 64 KiB; `single`: every event in a write of its own. Both as fast as the socket takes them.
   */
  readonly delivery: "bulk" | "single";
  /** Text deltas, beside the few events that begin and end an answer. */
  readonly deltas: number;
}

/** A model's name that orders an answer. */
export function floodModel({ delivery, deltas }: Flood): string {
  return `${delivery}-${deltas}`;
}

/** The order in a request: in its path (Gemini) or its body. */
export function floodIn(request: string): Flood | undefined {
  const [, delivery, deltas] = /(bulk|single)-(\d+)/.exec(request) ?? [];
  if (deltas === undefined) return undefined;
  return { delivery: delivery === "bulk" ? "bulk" : "single", deltas: Number(deltas) };
}

/** Which wire a path belongs to. */
export function wireOf(path: string): FloodWire {
  const wire = wireAt(path.split("?", 1)[0] ?? "");
  return floodWires.find((known) => known === wire) ?? "openai";
}

/** What every delta says. */
export const deltaText = " lorem ";

/** The events of an answer, framed. */
export function floodEvents(wireName: FloodWire, deltas: number): readonly string[] {
  const wire = wires[wireName];
  const text = Array.from({ length: deltas }, () => deltaText);
  const usage = { inputTokens: 9, outputTokens: deltas };
  const source = { n: 1, model: "gpt-bench-2026-01-01" };
  const events = wire.events({ reasoning: [], text, toolCalls: [], finish: "stop", usage }, source);
  return Array.from(events, (event) => framed(wire, event));
}
