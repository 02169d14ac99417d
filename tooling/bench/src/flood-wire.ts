/** The wires that the bench measures. */
export type FloodWire = "openai" | "anthropic" | "gemini";

export const floodWires: readonly FloodWire[] = ["openai", "anthropic", "gemini"];

/** How an upstream hands out an answer. */
export interface Flood {
  /** `bulk`: in pieces of 64 KiB; `single`: every event in a write of its own. Both as fast as the socket takes them. */
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
  if (path.endsWith("/messages")) return "anthropic";
  return path.includes(":streamGenerateContent") ? "gemini" : "openai";
}

const word = " lorem ";

/** The events of an answer, framed. */
export function floodEvents(wire: FloodWire, deltas: number): readonly string[] {
  switch (wire) {
    case "openai": {
      const chunk = (delta: object, finish: string | null, usage?: object): string =>
        `data: ${JSON.stringify({
          id: "chatcmpl-C1l3ntB3nchM4rkIdent1f1erXyZ",
          object: "chat.completion.chunk",
          created: 1_790_000_000,
          model: "gpt-bench-2026-01-01",
          service_tier: "default",
          system_fingerprint: "fp_0123456789",
          choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
          usage: usage ?? null,
        })}\n\n`;
      return [
        chunk({ role: "assistant", content: "", refusal: null }, null),
        ...Array.from({ length: deltas }, () => chunk({ content: word }, null)),
        chunk({}, "stop", { prompt_tokens: 9, completion_tokens: deltas, total_tokens: deltas + 9 }),
        "data: [DONE]\n\n",
      ];
    }
    case "anthropic": {
      const event = (type: string, fields: object): string =>
        `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
      const message = { id: "msg_bench", type: "message", role: "assistant", model: "claude-bench", content: [] };
      const usage = { input_tokens: 9, output_tokens: 1 };
      return [
        event("message_start", { message: { ...message, stop_reason: null, usage } }),
        event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
        ...Array.from({ length: deltas }, () =>
          event("content_block_delta", { index: 0, delta: { type: "text_delta", text: word } }),
        ),
        event("content_block_stop", { index: 0 }),
        event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: deltas } }),
        event("message_stop", {}),
      ];
    }
    case "gemini": {
      const chunk = (text: string, finish: object): string =>
        `data: ${JSON.stringify({
          candidates: [{ content: { parts: [{ text }], role: "model" }, ...finish, index: 0 }],
          usageMetadata: { promptTokenCount: 9, candidatesTokenCount: deltas, totalTokenCount: deltas + 9 },
          modelVersion: "gemini-bench",
          responseId: "bench-response-id",
        })}\r\n\r\n`;
      return [...Array.from({ length: deltas }, () => chunk(word, {})), chunk("", { finishReason: "STOP" })];
    }
  }
}

/** What every delta says. */
export const deltaText = word;
