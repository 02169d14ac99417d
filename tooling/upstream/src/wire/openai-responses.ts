import type { PiecedAnswer, ReplyUsage } from "../answer.ts";
import { openAiRefusal } from "./openai-chat.ts";
import { createdAt, reporting, totalOf, type Source, type Stage, type Wire, type WireEvent } from "./wire.ts";

type Fields = Readonly<Record<string, unknown>>;

function usageOf(usage: ReplyUsage) {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage;
  const input = { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens };
  return {
    input_tokens: inputTokens,
    ...((cachedInputTokens ?? cacheWriteTokens) !== undefined && { input_tokens_details: input }),
    output_tokens: outputTokens,
    ...(reasoningTokens !== undefined && { output_tokens_details: { reasoning_tokens: reasoningTokens } }),
    total_tokens: totalOf(usage),
  };
}

const incomplete = { length: "max_output_tokens", "content-filter": "content_filter" } as const;

/** The status of a response that has ended, and why, if it is not whole. */
function endOf({ finish = "stop", finishWord }: PiecedAnswer): { readonly status: string; readonly reason?: string } {
  if (finish === "length" || finish === "content-filter") {
    return { status: "incomplete", reason: finishWord ?? incomplete[finish] };
  }
  return { status: finishWord ?? "completed" };
}

function response({ n, model, responseId: id = `resp_upstream_${n}` }: Source, status: string, more: Fields = {}) {
  const nothing = { error: null, incomplete_details: null, output: [], usage: null };
  return { id, object: "response", created_at: createdAt, status, model, ...nothing, ...more };
}

/** An item of the output: as it begins, the events in between, and the whole of it. */
interface Item {
  readonly begun: Fields;
  /** Opens the part of the item that the pieces belong to, where it has parts. */
  readonly opened: readonly Fields[];
  readonly pieces: readonly Fields[];
  readonly closed: readonly Fields[];
  readonly whole: Fields;
}

/**
 * An item whose content is one part of text: it is opened, comes piece by piece, and is closed with the whole of it.
 */
function textItem(
  begun: Fields,
  { part, text, index, done }: { readonly part: string; readonly text: string; readonly index: Fields; done: object },
  pieces: readonly string[],
  whole: (content: object) => Fields,
  more: Fields = {},
): Item {
  const all = pieces.join("");
  const of = (said: string): object => ({ ...done, text: said });
  return {
    begun,
    opened: [{ type: `response.${part}.added`, ...index, part: of("") }],
    pieces: pieces.map((delta) => ({ type: `response.${text}.delta`, ...index, delta, ...more })),
    closed: [
      { type: `response.${text}.done`, ...index, text: all, ...more },
      { type: `response.${part}.done`, ...index, part: of(all) },
    ],
    whole: whole(of(all)),
  };
}

function itemsOf(answer: PiecedAnswer, { n }: Source): readonly Item[] {
  const { reasoning, text, toolCalls, signature } = answer;
  const status = endOf(answer).reason === undefined ? "completed" : "incomplete";
  const items: Item[] = [];
  if (reasoning.length > 0) {
    // Encrypted reasoning comes to whoever asks for it.
    const sealed = signature === undefined ? {} : { encrypted_content: signature };
    const head = { id: `rs_upstream_${n}`, type: "reasoning", ...sealed };
    const kind = {
      part: "reasoning_summary_part",
      text: "reasoning_summary_text",
      index: { summary_index: 0 },
      done: { type: "summary_text" },
    };
    items.push(textItem({ ...head, summary: [] }, kind, reasoning, (part) => ({ ...head, summary: [part] })));
  }
  if (text.length > 0) {
    const head = { id: `msg_upstream_${n}`, type: "message", role: "assistant" };
    const done = { type: "output_text", annotations: [], logprobs: [] };
    const kind = { part: "content_part", text: "output_text", index: { content_index: 0 }, done };
    const begun = { ...head, status: "in_progress", content: [] };
    items.push(textItem(begun, kind, text, (part) => ({ ...head, status, content: [part] }), { logprobs: [] }));
  }
  for (const [at, { id, name, arguments: pieces }] of toolCalls.entries()) {
    const head = { id: `fc_upstream_${n}_${at}`, type: "function_call", call_id: id, name };
    const written = pieces.join("");
    items.push({
      begun: { ...head, status: "in_progress", arguments: "" },
      opened: [],
      pieces: pieces.map((delta) => ({ type: "response.function_call_arguments.delta", delta })),
      closed: [{ type: "response.function_call_arguments.done", arguments: written }],
      whole: { ...head, status, arguments: written },
    });
  }
  return items;
}

/** What a response holds that has ended. */
function ended(answer: PiecedAnswer, source: Source) {
  const { status, reason } = endOf(answer);
  return response(source, status, {
    output: itemsOf(answer, source).map(({ whole }) => whole),
    ...(reason !== undefined && { incomplete_details: { reason } }),
    ...(answer.usage !== undefined && { usage: usageOf(answer.usage) }),
  });
}

/** Events numbered from `first` on. */
function numbered(first: number) {
  let next = first;
  return (stage: Stage, payload: Fields & { readonly type: string }, usage?: ReplyUsage): WireEvent => ({
    stage,
    event: payload.type,
    data: JSON.stringify({ ...payload, sequence_number: next++ }),
    ...reporting(usage),
  });
}

function* eventsOf(answer: PiecedAnswer, source: Source): Generator<WireEvent> {
  const { finish, usage } = answer;
  // An answer that breaks off has nowhere else to report it.
  const usageSoFar = answer.usageSoFar ?? (finish === undefined ? usage : undefined);
  const event = numbered(0);
  const early = usageSoFar === undefined ? {} : { usage: usageOf(usageSoFar) };
  for (const type of ["response.created", "response.in_progress"]) {
    yield event("opening", { type, response: response(source, "in_progress", early) }, usageSoFar);
  }
  const items = itemsOf(answer, source);
  for (const [output_index, { begun, opened, pieces, closed, whole }] of items.entries()) {
    const inItem = { item_id: begun["id"], output_index };
    const within = (stage: Stage, { type, ...fields }: Fields) =>
      event(stage, { type: String(type), ...inItem, ...fields }, usageSoFar);
    yield event("opening", { type: "response.output_item.added", output_index, item: begun }, usageSoFar);
    for (const fields of opened) yield within("opening", fields);
    for (const fields of pieces) yield within("part", fields);
    if (finish === undefined && output_index === items.length - 1) return;
    for (const fields of closed) yield within("closing", fields);
    yield event("closing", { type: "response.output_item.done", output_index, item: whole }, usageSoFar);
  }
  if (finish === undefined) return;
  const type = endOf(answer).reason === undefined ? "response.completed" : "response.incomplete";
  yield event("terminal", { type, response: ended(answer, source) }, usage);
}

/**
 * Responses: named and numbered events; the response is repeated at its end, with usage, and that event is the terminal
 * marker.
 */
export const responsesWire: Wire = {
  lineEnd: "\n",
  events: eventsOf,
  document: ended,
  failure: (error, source, after) => {
    const event = numbered(after);
    const { code = null, message = "" } = error;
    return [
      event("terminal", { type: "error", error }),
      event("terminal", {
        type: "response.failed",
        response: response(source, "failed", { error: { code, message } }),
      }),
    ];
  },
  overload: (message) => ({ type: "server_error", code: "server_is_overloaded", message, param: null }),
  refusal: openAiRefusal,
  tooLong: (_prompt, _most) => {
    const message = "Your input exceeds the context window of this model. Please adjust your input and try again.";
    return { error: { message, type: "invalid_request_error", param: "input", code: "context_length_exceeded" } };
  },
  brokenEvent: { stage: "part", event: "response.output_text.delta", data: '{"type": "response.output_text.de' },
};
