import { chunk, lastChunk, streamHead } from "./raw-http.ts";

/** What a team asks a model for. */
export type Phase = "draft" | "ballot" | "presentation";

/** Read off the text of a request's body. */
export function phaseOf(body: string): Phase {
  if (body.includes('"name":"vote"')) return "ballot";
  return body.includes("</CURRENT ANSWERS") ? "presentation" : "draft";
}

/** The writes of an answer: head and first event, an event each, the last one with everything that ends an answer. */
export function pacedWrites(model: string, phase: Phase, events: number): readonly Buffer[] {
  const deltas = Array.from({ length: events }, (_, n) =>
    phase === "ballot" ? voteDelta(n, events) : textDelta(model, phase, n),
  );
  const end = [frame({}, phase === "ballot" ? "tool_calls" : "stop"), usageFrame, "data: [DONE]\n\n"]
    .map(chunk)
    .join("");
  return deltas.map((delta, n) => {
    const piece = chunk(frame(delta, null));
    return Buffer.from(`${n === 0 ? streamHead : ""}${piece}${n === events - 1 ? end + lastChunk : ""}`);
  });
}

function textDelta(model: string, phase: Phase, n: number): object {
  // No two models draft the same, or the team would agree without a vote.
  const content = n === 0 ? `${phase} by ${model}:` : " lorem";
  return n === 0 ? { role: "assistant", content } : { content };
}

const vote = '{"agent_id":"agent1","reason":"It is the shortest one."}';

/** The call's name comes first, then its arguments piece by piece. */
function voteDelta(n: number, events: number): object {
  const part = vote.slice(Math.floor((n * vote.length) / events), Math.floor(((n + 1) * vote.length) / events));
  const named = n === 0 ? { id: "call_bench", type: "function" } : {};
  const name = n === 0 ? { name: "vote" } : {};
  return { tool_calls: [{ index: 0, ...named, function: { ...name, arguments: part } }] };
}

const head = {
  id: "chatcmpl-C1l3ntB3nchM4rkIdent1f1erXyZ",
  object: "chat.completion.chunk",
  created: 1_790_000_000,
  model: "gpt-bench-2026-01-01",
};

function frame(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return `data: ${JSON.stringify({ ...head, choices, usage: null })}\n\n`;
}

const usageFrame = `data: ${JSON.stringify({
  ...head,
  choices: [],
  usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
})}\n\n`;
