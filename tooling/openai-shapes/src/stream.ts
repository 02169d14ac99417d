import { parseChunk, type ChunkShape } from "./chunk.ts";

/** A streamed answer, put together. */
export interface StreamedAnswer {
  readonly content: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finishReason: string;
  readonly usage?: Extract<ChunkShape, { choices: [] }>["usage"];
}

type Call = { id: string; name: string; arguments: string };
type Choice = Extract<ChunkShape, { choices: [unknown] }>["choices"][0];

/**
 * Reads the frames of a stream that ended well, `[DONE]` left out, and puts the answer together.
 * @throws TypeError when a frame has another shape, or the frames come in another order than OpenAI's: first the role,
 *   once; the same id, time and model throughout; calls numbered from 0; one finish reason, last; usage after that or
 *   not at all
 */
export function parseStream(frames: readonly unknown[]): StreamedAnswer {
  const chunks = frames.map(parseChunk);
  const [first] = chunks;
  if (first === undefined) throw new TypeError("The stream is empty.");
  for (const { id, created, model } of chunks) {
    if (id !== first.id || created !== first.created || model !== first.model) {
      throw new TypeError(`One stream, two identities: ${id} ${created} ${model}`);
    }
  }
  const last = chunks.at(-1);
  const usage = last?.choices.length === 0 && "usage" in last ? (last.usage ?? undefined) : undefined;
  const choices = chunks.flatMap((chunk): Choice[] => [...chunk.choices]);
  if (choices.length !== chunks.length - (usage === undefined ? 0 : 1)) throw new TypeError("Usage is not the end.");
  checkUsageIsNull(chunks, usage !== undefined);

  if (choices[0]?.delta.role === undefined) throw new TypeError("The first delta has no role.");
  if (choices.slice(1).some(({ delta }) => delta.role !== undefined)) throw new TypeError("The role comes twice.");
  const finishes = choices.filter((choice) => choice.finish_reason !== null);
  const finishReason = choices.at(-1)?.finish_reason;
  if (finishes.length !== 1 || !finishReason) throw new TypeError("Not one finish_reason at the end.");
  const toolCalls = joinCalls(choices);
  if (finishReason === "tool_calls" && toolCalls.length === 0) throw new TypeError("tool_calls without any.");
  if (finishReason === "stop" && toolCalls.length > 0) throw new TypeError("stop with tool calls.");
  return {
    content: choices.map(({ delta }) => delta.content ?? "").join(""),
    reasoning: choices.map(({ delta }) => delta.reasoning_content ?? "").join(""),
    toolCalls,
    finishReason,
    ...(usage !== undefined && { usage }),
  };
}

/** With a usage chunk at the end, every other chunk says `usage: null`. */
function checkUsageIsNull(chunks: readonly ChunkShape[], asked: boolean): void {
  const others = asked ? chunks.slice(0, -1) : chunks;
  const silent = others.filter((chunk) => chunk.usage === undefined).length;
  if (asked ? silent > 0 : silent > 0 && silent < others.length)
    throw new TypeError("usage: null on some chunks only.");
}

function joinCalls(choices: readonly Choice[]): Call[] {
  const calls: Call[] = [];
  for (const piece of choices.flatMap(({ delta }) => delta.tool_calls ?? [])) {
    if ("id" in piece) {
      if (piece.index !== calls.length) throw new TypeError(`Call ${calls.length} has index ${piece.index}.`);
      if (calls.some(({ id }) => id === piece.id)) throw new TypeError(`Two calls have the id ${piece.id}.`);
      calls.push({ id: piece.id, name: piece.function.name, arguments: "" });
      continue;
    }
    const call = calls[piece.index];
    if (call === undefined) throw new TypeError(`Arguments for call ${piece.index}, which has not begun.`);
    call.arguments += piece.function.arguments;
  }
  return calls;
}
