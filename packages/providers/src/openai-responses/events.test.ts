import { describe, expect, test } from "vitest";
import type { ModelEvent } from "@massgen/core/model";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { createResponseEvents } from "./events.ts";

const owner = { provider: "openai", model: "m" };

function read(...events: readonly JsonObject[]): readonly ModelEvent[] {
  const reader = createResponseEvents(owner, 1);
  const made = events.flatMap((event) => reader.push(event).events);
  return reader.finished() ? [...made, ...reader.end()] : made;
}

const failureOf = (event: JsonObject) => createResponseEvents(owner, 1).push(event).failure;
const activityOf = (event: JsonObject) => createResponseEvents(owner, 1).push(event).activity;

const text = (output_index: number, delta: string, more: object = {}): JsonObject => ({
  type: "response.output_text.delta",
  output_index,
  delta,
  ...more,
});
const item = (stage: "added" | "done", output_index: number, whole: object): JsonObject => ({
  type: `response.output_item.${stage}`,
  output_index,
  item: whole,
});
const args = (output_index: number, delta: string, item_id = "fc"): JsonObject => ({
  type: "response.function_call_arguments.delta",
  output_index,
  item_id,
  delta,
});
const call = (id: string, written: string, more: object = {}): object => ({
  type: "function_call",
  id: `fc_${id}`,
  call_id: id,
  name: "vote",
  arguments: written,
  ...more,
});
const completed = (more: object = {}): JsonObject => ({
  type: "response.completed",
  response: { id: "r", model: "m-1", status: "completed", output: [], ...more },
});
const incomplete = (reason?: string): JsonObject => ({
  type: "response.incomplete",
  response: { status: "incomplete", incomplete_details: reason === undefined ? null : { reason } },
});
const finish = (reason: string) => ({ type: "finish", reason });
const made = (id: string, written: string) => ({ type: "tool-call", id, name: "vote", arguments: written });

describe("calls", () => {
  test("are told apart by their place, whatever their ids are", () => {
    const events = read(
      item("added", 0, call("c1", "", { id: "x1" })),
      item("added", 1, call("c2", "", { id: "x2" })),
      args(1, '{"b":', "x3"),
      args(0, '{"a":', "x4"),
      args(0, "1}", "x5"),
      args(1, "2}", "x6"),
      item("done", 1, call("c2", '{"b":2}', { id: "x7" })),
      item("done", 0, call("c1", '{"a":1}', { id: "x8" })),
      completed(),
    );
    expect(events).toEqual([made("c1", '{"a":1}'), made("c2", '{"b":2}'), finish("tool-calls")]);
  });

  test("stay apart where a service numbers all of them alike", () => {
    const events = read(item("done", 0, call("c1", "{}")), item("done", 0, call("c2", "{}")), completed());
    expect(events).toEqual([made("c1", "{}"), made("c2", "{}"), finish("tool-calls")]);
  });

  test("come once, however often they are told", () => {
    const twice = item("done", 0, call("c1", "{}"));
    expect(read(twice, twice, completed({ output: [call("c1", "{}")] }))).toEqual([
      made("c1", "{}"),
      finish("tool-calls"),
    ]);
  });

  test("whose own end is missing are whole at the end of the response", () => {
    const events = read(
      item("added", 0, call("c1", "")),
      args(0, '{"a"'),
      completed({ output: [call("c1", '{"a":1}')] }),
    );
    expect(events).toEqual([made("c1", '{"a":1}'), finish("tool-calls")]);
  });

  test("that were cut off are none, and are known as halves", () => {
    const reader = createResponseEvents(owner, 1);
    for (const event of [item("added", 0, call("c1", "")), args(0, '{"a'), incomplete("max_output_tokens")])
      reader.push(event);
    expect(reader.end()).toEqual([finish("length")]);
    expect(reader.halfCalls()).toEqual([{ name: "vote", arguments: '{"a' }]);
  });

  test("without an id get one; arguments may be an object or missing", () => {
    const events = read(
      item("done", 0, { type: "function_call", name: "vote", arguments: { a: 1 } }),
      item("done", 1, { type: "function_call", name: "vote" }),
      completed(),
    );
    expect(events).toEqual([made("call_1", '{"a":1}'), made("call_2", "{}"), finish("tool-calls")]);
  });
});

describe("reasoning", () => {
  const sealed = (id: string) => ({ type: "reasoning", id, summary: [], encrypted_content: `e-${id}` });

  test("travels with the first call after it, without what a request must not hold", () => {
    const events = read(
      item("done", 0, { ...sealed("rs_1"), status: "completed", content: null }),
      item("done", 1, call("c1", "{}")),
      item("done", 2, call("c2", "{}")),
      item("done", 3, sealed("rs_2")),
      item("done", 4, call("c3", "{}")),
      completed(),
    );
    expect(events).toEqual([
      { ...made("c1", "{}"), opaque: { ...owner, items: [sealed("rs_1")] } },
      made("c2", "{}"),
      { ...made("c3", "{}"), opaque: { ...owner, items: [sealed("rs_2")] } },
      finish("tool-calls"),
    ]);
  });

  test("that is not encrypted does not travel", () => {
    const events = read(
      item("done", 0, { type: "reasoning", summary: [] }),
      item("done", 1, call("c1", "{}")),
      completed(),
    );
    expect(events).toEqual([made("c1", "{}"), finish("tool-calls")]);
  });

  test("is heard from summaries and texts, a paragraph for each part", () => {
    const thought = (type: string, more: object): JsonObject => ({ type, output_index: 0, ...more });
    const events = read(
      thought("response.reasoning_summary_text.delta", { summary_index: 0, delta: "One" }),
      thought("response.reasoning_summary_text.delta", { summary_index: 0, delta: "." }),
      thought("response.reasoning_summary_text.delta", { summary_index: 1, delta: "Two." }),
      item("done", 0, { type: "reasoning", summary: [{ type: "summary_text", text: "One." }] }),
      { type: "response.reasoning_text.delta", output_index: 1, content_index: 0, delta: "Three." },
      item("done", 2, { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "Four." }] }),
      text(3, "Yes."),
      completed(),
    );
    const thoughts = events.flatMap((event) => (event.type === "reasoning-delta" ? [event.text] : []));
    expect(thoughts.join("")).toBe("One.\n\nTwo.\n\nThree.\n\nFour.");
    expect(events.slice(-2)).toEqual([{ type: "text-delta", text: "Yes." }, finish("stop")]);
  });
});

describe("text", () => {
  const message = (...parts: readonly object[]): object => ({ type: "message", role: "assistant", content: parts });
  const words = (said: string): object => ({ type: "output_text", text: said });

  test("of two messages is two paragraphs", () => {
    expect(
      read(text(0, "One"), text(0, "."), text(2, "Two."), completed()).map((event) => "text" in event && event.text),
    ).toEqual(["One", ".", "\n\n", "Two.", false]);
  });

  test("is not said again by the end of its item or of the response", () => {
    const whole = message(words("Hi"));
    expect(read(text(0, "Hi"), item("done", 0, whole), completed({ output: [whole] }))).toEqual([
      { type: "text-delta", text: "Hi" },
      finish("stop"),
    ]);
  });

  test.each([
    ["its item", [item("done", 0, message(words("Hi"))), completed()]],
    ["the response", [completed({ output: [message(words("Hi"))] })]],
    ["a document", [{ object: "response", status: "completed", output: [message(words("Hi"))] }]],
  ])("that was not streamed comes with %s", (_, events) => {
    expect(read(...events)).toEqual([{ type: "text-delta", text: "Hi" }, finish("stop")]);
  });

  test("of a refusal is a filter's", () => {
    const streamed = { type: "response.refusal.delta", output_index: 0, delta: "No." };
    const whole = completed({ output: [message({ type: "refusal", refusal: "No." })] });
    for (const events of [[streamed, completed()], [whole]])
      expect(read(...events)).toEqual([{ type: "text-delta", text: "No." }, finish("content-filter")]);
  });

  test("between thinking tags is reasoning", () => {
    expect(read(text(0, "<think>Hm.</think>Yes."), completed()).map(({ type }) => type)).toEqual([
      "reasoning-delta",
      "text-delta",
      "finish",
    ]);
  });
});

describe("ends", () => {
  test.each([
    ["max_output_tokens", "length"],
    ["content_filter", "content-filter"],
    [undefined, "length"],
    ["somebody_else", "other"],
  ])("incomplete by %s: %s", (reason, expected) => {
    expect(read(text(0, "So"), incomplete(reason)).at(-1)).toEqual(finish(expected));
  });

  test("usage and the service's own words", () => {
    const reader = createResponseEvents(owner, 1);
    reader.push({ type: "response.created", response: { id: "r-1", model: "m-2026", usage: null } });
    const usage = {
      input_tokens: 20,
      input_tokens_details: { cached_tokens: 5, cache_write_tokens: 7 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 29,
    };
    reader.push(completed({ usage }));
    expect(reader.usage()).toEqual({
      inputTokens: 20,
      outputTokens: 9,
      totalTokens: 29,
      cachedInputTokens: 5,
      cacheWriteTokens: 7,
      reasoningTokens: 4,
    });
    expect(reader.raw()).toEqual({ reason: "completed", responseId: "r-1", servedModel: "m-2026" });
  });

  test.each<[string, JsonObject, string]>([
    ["an error", { type: "error", code: "server_error", message: "Oops", param: null }, "server_error"],
    [
      "an error in an object",
      { type: "error", error: { code: "insufficient_quota", message: "Oops" } },
      "insufficient_quota",
    ],
    [
      "a response that failed",
      {
        type: "response.failed",
        response: { status: "failed", error: { code: "rate_limit_exceeded", message: "Oops" } },
      },
      "rate_limit_exceeded",
    ],
    [
      "a failed document",
      { object: "response", status: "failed", error: { code: "server_error", message: "Oops" } },
      "server_error",
    ],
    ["a failure without words", { type: "response.failed", response: { status: "failed" } }, "server_error"],
    ["a cancelled document", { object: "response", status: "cancelled" }, "server_error"],
  ])("%s is a failure", (_, event, kind) => expect(failureOf(event)?.kinds).toContain(kind));

  test.each([
    { object: "response", status: "in_progress", output: [] },
    { type: "response.queued", response: { status: "queued" } },
    { type: "codex.rate_limits", plan_type: "plus" },
    { type: "response.output_text.annotation.added", annotation: { type: "url_citation" } },
    { type: "response.output_item.done", output_index: 0, item: { type: "web_search_call", status: "completed" } },
    {},
  ])("neither end nor part: %j", (event) => {
    expect(read(event)).toEqual([]);
    expect(failureOf(event)).toBeUndefined();
  });
});

test.each<[string | undefined, JsonObject]>([
  ["work", args(0, "{")],
  ["work", item("added", 0, { type: "reasoning" })],
  ["progress", { type: "keepalive", sequence_number: 3 }],
  ["progress", { type: "response.web_search_call.searching", output_index: 0 }],
  [undefined, { type: "response.in_progress", response: {} }],
  [undefined, { type: "response.content_part.added", output_index: 0 }],
])("a sign of %s: %j", (activity, event) => expect(activityOf(event)).toBe(activity));

test("words are a sign of work, also where they are held back", () => {
  expect(activityOf(text(0, "Hi"))).toBe("work");
  expect(activityOf(text(0, ""))).toBeUndefined();
});

describe("gateways' ways", () => {
  const word = { type: "text-delta", text: "Hi" };
  test("OpenRouter's end", () => {
    expect(read(text(0, "Hi"), { ...completed(), type: "response.done" })).toEqual([word, finish("stop")]);
    expect(failureOf({ type: "response.done", response: { status: "cancelled" } })).toBeDefined();
  });
  test("words that come whole, and words that are said once more", () => {
    const whole: JsonObject = { type: "response.output_text.done", output_index: 0, text: "Hi" };
    expect(read(whole, completed())).toEqual([word, finish("stop")]);
    expect(read(text(0, "Hi"), whole, completed())).toEqual([word, finish("stop")]);
  });
});
