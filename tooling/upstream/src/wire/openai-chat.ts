import type { PiecedAnswer, PiecedCall, ReplyUsage } from "../answer.ts";
import { createdAt, otherWords, reporting, totalOf, type Source, type Wire, type WireEvent } from "./wire.ts";

/** Where services that speak chat completions differ. */
export interface ChatManner {
  /** The field of reasoning; `parts`: content becomes a list of thinking and text parts. */
  readonly reasoning: "reasoning_content" | "reasoning" | "parts";
  /**
   * The chunk that reports usage: one without choices behind the last, or the one with the finish reason, there also in
   * `x_groq`.
   */
  readonly usage: "own chunk" | "finish chunk" | "x_groq";
  /** Calls come in pieces, of which the last may repeat id and name as empty texts, or each in one chunk. */
  readonly calls: "pieces" | "named pieces" | "whole";
}

const openAiManner: ChatManner = { reasoning: "reasoning_content", usage: "own chunk", calls: "pieces" };

const reasons = { stop: "stop", length: "length", "tool-calls": "tool_calls", "content-filter": "content_filter" };

const errorKinds = new Map([
  [401, { type: "invalid_request_error", code: "invalid_api_key" }],
  [403, { type: "invalid_request_error", code: "permission_denied" }],
  [404, { type: "invalid_request_error", code: "model_not_found" }],
  [413, { type: "invalid_request_error", code: "request_too_large" }],
  [429, { type: "rate_limit_error", code: "rate_limit_exceeded" }],
]);

/** The body of a refusal, as both of OpenAI's wires have it. */
export function openAiRefusal(status: number, message: string, word?: string) {
  const usual = { type: status < 500 ? "invalid_request_error" : "server_error", code: null };
  const kind = word === undefined ? (errorKinds.get(status) ?? usual) : { type: word, code: null };
  return { error: { message, param: null, ...kind } };
}

function usageOf(usage: ReplyUsage) {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage;
  const prompt = { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens };
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: totalOf(usage),
    ...((cachedInputTokens ?? cacheWriteTokens) !== undefined && { prompt_tokens_details: prompt }),
    ...(reasoningTokens !== undefined && { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  };
}

function reasonOf({ finish, finishWord }: PiecedAnswer): string | null {
  return finish === undefined ? null : (finishWord ?? reasons[finish]);
}

function envelope({ n, model, responseId }: Source, object: string) {
  const served = { service_tier: "default", system_fingerprint: "fp_0123456789" };
  return { id: responseId ?? `chatcmpl-${String(n).padStart(29, "0")}`, object, created: createdAt, model, ...served };
}

function reasoningDelta(thought: string, { reasoning }: ChatManner): object {
  return reasoning === "parts"
    ? { content: [{ type: "thinking", thinking: [{ type: "text", text: thought }] }] }
    : { [reasoning]: thought };
}

function callDeltas({ id, name, arguments: pieces }: PiecedCall, own: object, { calls }: ChatManner): object[] {
  const whole = calls === "whole";
  const head = { id, type: "function", function: { name, arguments: whole ? pieces.join("") : "" }, ...own };
  if (whole) return [head];
  return [
    head,
    ...pieces.map((piece, at) =>
      calls === "named pieces" && at === pieces.length - 1
        ? { id: "", function: { name: "", arguments: piece } }
        : { function: { arguments: piece } },
    ),
  ];
}

function* eventsOf(answer: PiecedAnswer, source: Source, manner: ChatManner): Generator<WireEvent> {
  const { text, reasoning, toolCalls, usage, usageSoFar, finish, reasonStands, signature, second } = answer;
  const reason = reasonStands === "nowhere" ? null : reasonOf(answer);
  const always = reasonStands === "everywhere" ? reason : null;
  const head = envelope(source, "chat.completion.chunk");
  const nothing = usage === undefined ? {} : { usage: null };
  const chunk = (delta: object, finish_reason: string | null = always, index = 0, more: object = nothing) =>
    JSON.stringify({ ...head, choices: [{ index, delta, logprobs: null, finish_reason }], ...more });
  const soFar = reporting(usageSoFar);
  const part = (delta: object, index?: number): WireEvent => ({
    stage: "part",
    data: chunk(delta, always, index),
    ...soFar,
  });

  const first = usageSoFar === undefined ? nothing : { usage: usageOf(usageSoFar) };
  yield { stage: "opening", data: chunk({ role: "assistant", content: "" }, null, 0, first), ...soFar };
  for (const thought of reasoning) yield part(reasoningDelta(thought, manner));
  for (const content of text) {
    yield part({ content });
    if (second === "words") yield part({ content: otherWords }, 1);
  }
  const apart = second === "calls" ? 1 : 0;
  for (const [index, call] of toolCalls.entries()) {
    const signed = index === 0 && signature !== undefined;
    const own = signed ? { extra_content: { google: { thought_signature: signature } } } : {};
    for (const piece of callDeltas(call, own, manner)) yield part({ tool_calls: [{ index, ...piece }] }, apart);
  }
  if (second !== undefined) yield { ...part({}), data: chunk({}, "stop", 1 - apart) };
  const counted = usage === undefined ? undefined : usageOf(usage);
  const ownChunk = counted !== undefined && (manner.usage === "own chunk" || finish === undefined);
  if (finish !== undefined) {
    const inGroq = manner.usage === "x_groq" ? { x_groq: { id: "req_1", usage: counted } } : { usage: counted };
    const told = counted === undefined || ownChunk ? nothing : inGroq;
    yield { stage: "terminal", data: chunk({}, reason, apart, told), ...(ownChunk ? soFar : reporting(usage)) };
  }
  if (ownChunk) {
    yield { stage: "terminal", data: JSON.stringify({ ...head, choices: [], usage: counted }), ...reporting(usage) };
  }
  if (finish !== undefined) yield { stage: "terminal", data: "[DONE]", ...reporting(usage) };
}

function documentOf(answer: PiecedAnswer, source: Source, { reasoning }: ChatManner) {
  const content = answer.text.join("");
  const calls = answer.toolCalls.map(({ id, name, arguments: pieces }) => ({
    id,
    type: "function",
    function: { name, arguments: pieces.join("") },
  }));
  const message = {
    role: "assistant",
    content: content === "" && calls.length > 0 ? null : content,
    refusal: null,
    ...(answer.reasoning.length > 0 && { [reasoning]: answer.reasoning.join("") }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return {
    ...envelope(source, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: reasonOf(answer) }],
    ...(answer.usage !== undefined && { usage: usageOf(answer.usage) }),
  };
}

/** Chat completions in the manner of a service: the finish reason, usage, then `[DONE]`. */
export function chatWire(manner: ChatManner = openAiManner): Wire {
  return {
    lineEnd: "\n",
    events: (answer, source) => eventsOf(answer, source, manner),
    document: (answer, source) => documentOf(answer, source, manner),
    failure: (error) => [{ stage: "terminal", data: JSON.stringify({ error }) }],
    overload: (message) => ({ message, type: "server_error", code: "overloaded" }),
    refusal: openAiRefusal,
    // As llama.cpp words it.
    tooLong: (prompt, most) => ({
      error: {
        code: 400,
        message: `request (${prompt} tokens) exceeds the available context size (${most} tokens), try increasing it`,
        type: "exceed_context_size_error",
        n_prompt_tokens: prompt,
        n_ctx: most,
      },
    }),
    brokenEvent: { stage: "part", data: '{"choices": [{"index": 0, "delta' },
  };
}
