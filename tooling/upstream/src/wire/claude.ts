import type { PiecedAnswer, ReplyUsage } from "../answer.ts";
import { parsedArguments, reporting, type Source, type Stage, type Wire, type WireEvent } from "./wire.ts";

const reasons = { stop: "end_turn", length: "max_tokens", "tool-calls": "tool_use", "content-filter": "refusal" };

const errorTypes = new Map([
  [401, "authentication_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [529, "overloaded_error"],
]);

interface Payload {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Cached and written tokens are counted apart from the rest of the input here; there is no total. */
function usageOf({ inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens }: ReplyUsage) {
  return {
    input_tokens: inputTokens - (cachedInputTokens ?? 0) - (cacheWriteTokens ?? 0),
    ...(cacheWriteTokens !== undefined && { cache_creation_input_tokens: cacheWriteTokens }),
    ...(cachedInputTokens !== undefined && { cache_read_input_tokens: cachedInputTokens }),
    output_tokens: outputTokens,
    ...(reasoningTokens !== undefined && { output_tokens_details: { thinking_tokens: reasoningTokens } }),
  };
}

function stopReason({ finish, finishWord, reasonStands }: PiecedAnswer): string | null {
  return finish === undefined || reasonStands === "nowhere" ? null : (finishWord ?? reasons[finish]);
}

/** A block of content: how it begins, its deltas, and the whole of it. */
interface Block {
  readonly start: object;
  readonly deltas: readonly object[];
  readonly whole: object;
}

const unsigned = "bWFkZSBieSBoYW5k";

function blocksOf({ reasoning, text, toolCalls, signature = unsigned }: PiecedAnswer): readonly Block[] {
  const blocks: Block[] = [];
  if (reasoning.length > 0) {
    const thoughts = reasoning.map((thinking) => ({ type: "thinking_delta", thinking }));
    blocks.push({
      start: { type: "thinking", thinking: "", signature: "" },
      deltas: [...thoughts, { type: "signature_delta", signature }],
      whole: { type: "thinking", thinking: reasoning.join(""), signature },
    });
  }
  if (text.length > 0) {
    blocks.push({
      start: { type: "text", text: "" },
      deltas: text.map((piece) => ({ type: "text_delta", text: piece })),
      whole: { type: "text", text: text.join("") },
    });
  }
  for (const call of toolCalls) {
    const head = { type: "tool_use", id: call.id, name: call.name };
    blocks.push({
      start: { ...head, input: {} },
      deltas: ["", ...call.arguments].map((partial_json) => ({ type: "input_json_delta", partial_json })),
      whole: { ...head, input: parsedArguments(call) },
    });
  }
  return blocks;
}

function message(
  { n, model, responseId: id = `msg_upstream_${n}` }: Source,
  content: readonly object[],
  stop_reason: string | null,
) {
  return { model, id, type: "message", role: "assistant", content, stop_reason, stop_sequence: null };
}

function* eventsOf(answer: PiecedAnswer, source: Source): Generator<WireEvent> {
  const { usage, finish } = answer;
  // The prompt is counted at once, the answer as it grows; what breaks off has nothing but this report.
  const begun = usage === undefined || finish === undefined ? usage : { ...usage, outputTokens: 1 };
  const soFar = answer.usageSoFar ?? begun;
  const event = (stage: Stage, payload: Payload, reported = soFar): WireEvent => ({
    stage,
    event: payload.type,
    data: JSON.stringify(payload),
    ...reporting(reported),
  });
  const written = soFar?.cacheWriteTokens;
  const creation = { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 };
  const kept = written === undefined ? {} : { cache_creation: creation };
  const counted = soFar === undefined ? {} : { usage: { ...usageOf(soFar), ...kept } };
  yield event("opening", { type: "message_start", message: { ...message(source, [], null), ...counted } });
  const blocks = blocksOf(answer);
  for (const [index, { start, deltas }] of blocks.entries()) {
    yield event("opening", { type: "content_block_start", index, content_block: start });
    if (index === 0) yield event("opening", { type: "ping" });
    for (const delta of deltas) yield event("part", { type: "content_block_delta", index, delta });
    const closed = finish !== undefined || index < blocks.length - 1;
    if (closed) yield event("closing", { type: "content_block_stop", index });
  }
  if (finish === undefined) return;
  const delta = { stop_reason: stopReason(answer), stop_sequence: null };
  const report = usage === undefined ? {} : { usage: usageOf(usage) };
  yield event("terminal", { type: "message_delta", delta, ...report }, usage);
  yield event("terminal", { type: "message_stop" }, usage);
}

function errorBody(type: string, text: string) {
  return { type: "error", error: { type, message: text } };
}

/**
 * Messages: named events; a count at either end; `message_stop` is the terminal marker, and without it the stop reason
 * ends an answer.
 */
export const claudeWire: Wire = {
  lineEnd: "\n",
  events: eventsOf,
  document: (answer, source) => ({
    ...message(
      source,
      blocksOf(answer).map(({ whole }) => whole),
      stopReason(answer),
    ),
    ...(answer.usage !== undefined && { usage: usageOf(answer.usage) }),
  }),
  failure: (error) => [{ stage: "terminal", event: "error", data: JSON.stringify({ type: "error", error }) }],
  overload: (text) => errorBody("overloaded_error", text).error,
  refusal: (status, text, word) =>
    errorBody(word ?? errorTypes.get(status) ?? (status < 500 ? "invalid_request_error" : "api_error"), text),
  tooLong: (prompt, most) =>
    errorBody("invalid_request_error", `prompt is too long: ${prompt} tokens > ${most} maximum`),
  brokenEvent: { stage: "part", event: "content_block_delta", data: '{"type": "content_block_delta", "ind' },
};
