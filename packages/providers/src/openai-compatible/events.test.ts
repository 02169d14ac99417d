import { describe, expect, test } from "vitest";
import type { ModelEvent } from "@massgen/core/model";
import { bare } from "../../fixtures/collect.ts";
import { createChatEvents } from "./events.ts";

const chunk = (delta: object, finish?: string | null, more: object = {}): Record<string, unknown> => ({
  choices: [{ index: 0, delta, finish_reason: finish ?? null }],
  ...more,
});
function read(...chunks: readonly Record<string, unknown>[]): ModelEvent[] {
  const events = createChatEvents(1);
  const seen = chunks.flatMap((one) => events.push(one).events);
  return [...seen, ...(events.finished() ? events.end(true) : [])].map(bare);
}
const reasoning = (text: string): ModelEvent => ({ type: "reasoning-delta", text });
const text = (said: string): ModelEvent => ({ type: "text-delta", text: said });

test("reasoning_content before reasoning, never both; thinking parts", () => {
  expect(read(chunk({ reasoning_content: "a", reasoning: "b" }))).toEqual([reasoning("a")]);
  expect(read(chunk({ reasoning_content: "", reasoning: "b" }))).toEqual([reasoning("b")]);
  const content = [
    { type: "thinking", thinking: [{ type: "text", text: "c" }] },
    { type: "text", text: "d" },
    { type: "reference" },
  ];
  expect(read(chunk({ content }))).toEqual([reasoning("c"), text("d")]);
});

test("reasoning that stands in the details only", () => {
  const details = [
    { type: "reasoning.summary", summary: "a" },
    { type: "reasoning.text", text: "b" },
    { type: "reasoning.encrypted", data: "x" },
  ];
  expect(read(chunk({ reasoning: null, reasoning_details: details }))).toEqual([reasoning("ab")]);
  expect(read(chunk({ reasoning: "a", reasoning_details: details }))).toEqual([reasoning("a")]);
});

test("a whole message at the end of a stream says nothing new", () => {
  const message = { role: "assistant", content: "Hello" };
  const last = { choices: [{ index: 0, message, finish_reason: "stop" }] };
  expect(read(last)).toEqual([text("Hello"), { type: "finish", reason: "stop" }]);
  expect(read(chunk({ content: "Hello" }), last)).toEqual([text("Hello"), { type: "finish", reason: "stop" }]);
});

test("a call in the words of the old function calling", () => {
  const call = { type: "tool-call", id: "call_1", name: "f", arguments: '{"a":1}' };
  expect(
    read(
      chunk({ function_call: { name: "f", arguments: '{"a"' } }),
      chunk({ function_call: { arguments: ":1}" } }),
      chunk({}, "function_call"),
    ),
  ).toEqual([call, { type: "finish", reason: "tool-calls" }]);
  const whole = { name: "f", arguments: '{"a":1}' };
  expect(read(chunk({ function_call: whole, tool_calls: [{ index: 0, function: whole }] }, "stop"))).toEqual([
    call,
    { type: "finish", reason: "tool-calls" },
  ]);
});

test("a call that the filter cut off is none", () => {
  const half = { tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: '{"a' } }] };
  expect(read(chunk(half), chunk({}, "content_filter"))).toEqual([{ type: "finish", reason: "content-filter" }]);
});

test.each<[string, string]>([
  ["stop", "stop"],
  ["length", "length"],
  ["content_filter", "content-filter"],
  ["eos", "stop"],
  ["whatever", "stop"],
  ["MAX_TOKENS", "length"],
  ["COMPLETE", "stop"],
  ["constructor", "stop"],
  ["__proto__", "stop"],
  ["tool_calls", "stop"],
])("finish reason %s without calls", (finish, reason) => {
  expect(read(chunk({ content: "x" }, finish)).at(-1)).toEqual({ type: "finish", reason });
});

test("a later chunk without a reason does not take it back, and its usage counts", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const events = read(chunk({ content: "x" }, "length"), chunk({ content: "" }, null, { usage }), {
    choices: [],
    usage: null,
  });
  expect(events.at(-1)).toEqual({
    type: "finish",
    reason: "length",
    usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
  });
});

test("usage wherever it stands, the last one, details included, zeros left out", () => {
  const usageOf = (...chunks: readonly Record<string, unknown>[]): unknown => {
    const last = read(...chunks, chunk({}, "stop")).at(-1);
    return last?.type === "finish" ? last.usage : undefined;
  };
  const first = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  expect(
    usageOf({ choices: [], usage: first }, { x_groq: { usage: { ...first, completion_tokens: 5 } } }),
  ).toMatchObject({ outputTokens: 5 });
  expect(usageOf({ choices: [{ delta: {}, usage: first }] })).toMatchObject({ totalTokens: 2 });
  expect(
    usageOf({
      usage: {
        prompt_tokens: 9,
        completion_tokens: 3,
        total_tokens: 12,
        prompt_cache_hit_tokens: 4,
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    }),
  ).toEqual({
    inputTokens: 9,
    outputTokens: 3,
    totalTokens: 12,
    cachedInputTokens: 4,
    reasoningTokens: 2,
  });
  expect(
    usageOf({
      usage: {
        prompt_tokens: 12,
        completion_tokens: 2,
        total_tokens: 354,
        completion_tokens_details: { reasoning_tokens: 340 },
      },
    }),
  ).toMatchObject({ outputTokens: 342 });
  expect(usageOf({ usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } })).toBeUndefined();
});

test("a refusal is shown and counts as filtered", () => {
  expect(read(chunk({ refusal: "I can't." }), chunk({}, "stop"))).toEqual([
    text("I can't."),
    { type: "finish", reason: "content-filter" },
  ]);
});

describe("choices", () => {
  const choices = (...of: readonly [index: number, delta: object, finish?: string][]): Record<string, unknown> => ({
    choices: of.map(([index, delta, finish_reason]) => ({ index, delta, finish_reason })),
  });
  const stop = { type: "finish", reason: "stop" };
  const call = { tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "{}" } }] };

  test("the first that brings text is the answer, under whatever number", () => {
    const seen = read(
      choices([0, {}], [1, { content: "yes" }]),
      choices([0, { content: "no" }, "length"]),
      choices([1, {}, "stop"]),
    );
    expect(seen).toEqual([text("yes"), stop]);
    expect(read(choices([7, { content: "yes" }, "stop"]))).toEqual([text("yes"), stop]);
  });
  test("text in one and calls in another belong together", () => {
    const seen = read(choices([0, { content: "Let me look." }, "tool_calls"]), choices([1, call, "tool_calls"]));
    expect(seen).toMatchObject([text("Let me look."), { name: "f" }, { reason: "tool-calls" }]);
  });
  test("an alternative that ends first ends nothing", () => {
    const events = createChatEvents(1);
    events.push(choices([0, { content: "a" }], [1, { content: "b" }]));
    events.push(choices([1, {}, "stop"]));
    expect(events.finished()).toBe(false);
    events.push(choices([0, {}, "stop"]));
    expect(events.finished()).toBe(true);
  });
});

test.each<[string, Record<string, unknown>, boolean]>([
  ["error null", { error: null, choices: [] }, false],
  ["error in the chunk", { error: { message: "m" } }, true],
  ["error in the choice", { choices: [{ index: 0, delta: {}, error: { message: "m" } }] }, true],
  ["error in the delta", { choices: [{ index: 0, delta: { content: "x", error: { message: "m" } } }] }, true],
  ["error in the message", { choices: [{ index: 0, message: { error: "m" }, finish_reason: "stop" }] }, true],
  ["error beside an answer", { ...chunk({ content: "x" }, "stop"), error: { message: "m" } }, true],
  ["a list of errors", { success: false, errors: [{ message: "m" }] }, true],
  ["a status", { status_code: 500 }, true],
  ["finish reason error", chunk({}, "error"), true],
  ["finish reason cancelled", chunk({}, "cancelled"), true],
  ["finish reason constructor", chunk({}, "constructor"), false],
  ["flat", { object: "error", message: "m" }, true],
  ["flat, by its code", { code: "DataInspectionFailed", message: "m", request_id: "r" }, true],
  ["flat, by its type", { type: "invalid_request_error", message: "m" }, true],
  ["a word on the state of affairs", { type: "status", message: "queued" }, false],
  ["beside an answer", { code: 0, message: "ok", choices: [{ index: 0, delta: { content: "x" } }] }, false],
])("failures: %s", (_name, one, failed) => {
  expect(createChatEvents(1).push(one).failure !== undefined).toBe(failed);
});
