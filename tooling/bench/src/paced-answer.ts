import { framed, piecesOf, text, vote, wires, type CallPhase } from "@massgen/upstream";
import { chunk, lastChunk, streamHead } from "./raw-http.ts";

/** Read off the text of a request's body. */
export function phaseOf(body: string): CallPhase {
  if (body.includes('"name":"vote"')) return "ballot";
  return body.includes("</CURRENT ANSWERS") ? "presentation" : "draft";
}

const usage = { inputTokens: 100, outputTokens: 20 };

/**
 * The writes of an answer on the OpenAI wire, one for each of so many pieces: the first one with everything that begins
 * an answer, the last one with everything that ends it.
 */
export function pacedWrites(model: string, phase: CallPhase, events: number): readonly Buffer[] {
  // No two models draft the same, or the team would agree without a vote.
  const words = `${phase} by ${model}:`.padEnd(6 * events, " lorem");
  const options = { chunks: events, usage };
  const answer = phase === "ballot" ? vote("agent1", "It is the shortest one.", options) : text(words, options);
  const pieces = piecesOf(answer, 1);
  const framedEvents = Array.from(wires.openai.events(pieces, { n: 1, model }), (event) => ({
    chunk: chunk(framed(wires.openai, event)),
    stage: event.stage,
  }));
  const count = (pieces.toolCalls[0]?.arguments ?? pieces.text).length;
  const first = framedEvents.findLastIndex(({ stage }) => stage === "part") + 1 - count;
  const join = (from: number, to?: number): string =>
    framedEvents
      .slice(from, to)
      .map((event) => event.chunk)
      .join("");
  return Array.from({ length: count }, (_, n) => {
    const begins = n === 0 ? streamHead + join(0, first) : "";
    const ends = n === count - 1 ? join(first + count) + lastChunk : "";
    return Buffer.from(begins + join(first + n, first + n + 1) + ends);
  });
}
