import { describe, expect, test } from "vitest";
import type { ModelEvent } from "@massgen/core/model";
import { mostCalls, OversizedAnswer } from "@massgen/provider-kit/parts";
import { createMessageEvents } from "./events.ts";

type Payload = Record<string, unknown>;
const start = (index: number, content_block: object): Payload => ({
  type: "content_block_start",
  index,
  content_block,
});
const delta = (index: number, piece: object): Payload => ({ type: "content_block_delta", index, delta: piece });
const said = (stop_reason: string, usage?: object): Payload => ({
  type: "message_delta",
  delta: { stop_reason },
  usage,
});
const stop: Payload = { type: "message_stop" };
const begun = (usage?: object): Payload => ({ type: "message_start", message: { usage } });

function read(...payloads: readonly Payload[]): ModelEvent[] {
  const events = createMessageEvents("m", 3);
  return [...payloads.flatMap((payload) => events.push(payload).events), ...(events.finished() ? events.end() : [])];
}
const finishOf = (...payloads: readonly Payload[]): unknown => read(...payloads).at(-1);

test("text and thinking as they come; pings, ends of blocks and unknown things are nothing", () => {
  expect(
    read(
      begun(),
      { type: "ping" },
      start(0, { type: "thinking", thinking: "", signature: "" }),
      delta(0, { type: "thinking_delta", thinking: "hm" }),
      delta(0, { type: "signature_delta", signature: "s" }),
      { type: "content_block_stop", index: 0 },
      start(1, { type: "text", text: "" }),
      delta(1, { type: "text_delta", text: "a" }),
      delta(1, { type: "citations_delta", citation: {} }),
      start(2, { type: "server_tool_use", id: "x", name: "web_search", input: {} }),
      delta(2, { type: "input_json_delta", partial_json: "{}" }),
      { type: "something_new" },
      said("end_turn"),
      stop,
    ),
  ).toEqual([
    { type: "reasoning-delta", text: "hm" },
    { type: "text-delta", text: "a" },
    { type: "finish", reason: "stop" },
  ]);
});

describe("tool calls", () => {
  const use = (index: number, id: string | undefined, ...pieces: readonly string[]): Payload[] => [
    start(index, { type: "tool_use", id, name: "f", input: {} }),
    ...pieces.map((partial_json) => delta(index, { type: "input_json_delta", partial_json })),
  ];
  const call = (id: string, args: string): object => ({ type: "tool-call", id, name: "f", arguments: args });

  test("pieces joined, nothing is {}, ids made up where missing", () => {
    expect(
      read(
        ...use(0, "t1", '{"a"', ":1}"),
        ...use(1, "t2", ""),
        ...use(2, undefined, '{"b":2}'),
        said("tool_use"),
        stop,
      ),
    ).toEqual([
      call("t1", '{"a":1}'),
      call("t2", "{}"),
      call("call_5", '{"b":2}'),
      { type: "finish", reason: "tool-calls" },
    ]);
  });
  test("what the model wrote as arguments goes on as it is, JSON or not", () => {
    expect(read(...use(0, "t1", '{"a'), said("tool_use"), stop)[0]).toEqual(call("t1", '{"a'));
  });
  test("an input that came whole", () => {
    const whole = start(0, { type: "tool_use", id: "t", name: "f", input: { a: 1 } });
    expect(read(whole, said("tool_use"), stop)[0]).toEqual(call("t", '{"a":1}'));
  });
  test("the turn's thinking travels beside the first one; unsigned thinking is left behind", () => {
    const events = read(
      start(0, { type: "thinking", thinking: "", signature: "" }),
      delta(0, { type: "thinking_delta", thinking: "h" }),
      delta(0, { type: "thinking_delta", thinking: "m" }),
      delta(0, { type: "signature_delta", signature: "si" }),
      delta(0, { type: "signature_delta", signature: "g" }),
      start(1, { type: "redacted_thinking", data: "x" }),
      start(2, { type: "thinking", thinking: "unsigned" }),
      ...use(3, "t1"),
      ...use(4, "t2"),
      said("tool_use"),
      stop,
    );
    const blocks = [
      { type: "thinking", thinking: "hm", signature: "sig" },
      { type: "redacted_thinking", data: "x" },
    ];
    expect(events.filter(({ type }) => type === "tool-call")).toEqual([
      { ...call("t1", "{}"), opaque: { provider: "anthropic", model: "m", blocks } },
      call("t2", "{}"),
    ]);
  });
  test.each([
    ["max_tokens", "length"],
    ["refusal", "content-filter"],
  ])("a call cut off by %s is none", (reason, finish) => {
    expect(read(...use(0, "t1", "{}"), ...use(1, "t2", '{"a'), said(reason), stop)).toEqual([
      call("t1", "{}"),
      { type: "finish", reason: finish },
    ]);
  });
  test("called or not, the blocks decide", () => {
    expect(finishOf(...use(0, "t1"), said("end_turn"), stop)).toMatchObject({ reason: "tool-calls" });
    expect(finishOf(said("tool_use"), stop)).toMatchObject({ reason: "other" });
  });
  test("a second message_start takes back what was begun", () => {
    expect(
      read(begun(), ...use(0, "t0", "{"), ...use(1, "t1"), begun(), ...use(0, "t1"), said("tool_use"), stop),
    ).toEqual([call("t1", "{}"), { type: "finish", reason: "tool-calls" }]);
  });
});

test.each([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["pause_turn", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["refusal", "content-filter"],
  ["something_new", "other"],
])("stop reason %s", (reason, finish) =>
  expect(finishOf(said(reason), stop)).toEqual({ type: "finish", reason: finish }),
);

test("without message_stop nothing is finished", () => {
  const events = createMessageEvents("m", 1);
  events.push(said("end_turn"));
  expect(events.finished()).toBe(false);
});

describe("usage", () => {
  test.each<[string, object | undefined, object | undefined, object | undefined]>([
    [
      "cached tokens are input, output is cumulative",
      { input_tokens: 10, cache_creation_input_tokens: 20, cache_read_input_tokens: 300, output_tokens: 1 },
      { output_tokens: 42, output_tokens_details: { thinking_tokens: 30 } },
      { inputTokens: 330, outputTokens: 42, cachedInputTokens: 300, cacheWriteTokens: 20, reasoningTokens: 30 },
    ],
    [
      "input only at the end",
      { input_tokens: 0, output_tokens: 0 },
      { input_tokens: 61, output_tokens: 2 },
      { inputTokens: 61, outputTokens: 2 },
    ],
    [
      "input only at the beginning",
      { input_tokens: 9 },
      { input_tokens: 0, output_tokens: 2 },
      { inputTokens: 9, outputTokens: 2 },
    ],
    [
      "nulls say nothing",
      { input_tokens: 9, cache_read_input_tokens: 4 },
      { input_tokens: null, cache_read_input_tokens: null, output_tokens: 2 },
      { inputTokens: 13, outputTokens: 2, cachedInputTokens: 4 },
    ],
    ["nothing counted", { input_tokens: 0, output_tokens: 0 }, { output_tokens: 0 }, undefined],
    ["nothing said", undefined, undefined, undefined],
  ])("%s", (_name, first, last, usage) => {
    expect(finishOf(begun(first), said("end_turn", last), stop)).toEqual({
      type: "finish",
      reason: "stop",
      ...(usage && { usage }),
    });
  });
});

test("a whole message at once", () => {
  const content = [
    { type: "thinking", thinking: "hm", signature: "s" },
    { type: "text", text: "a" },
    { type: "tool_use", id: "t", name: "f", input: { a: 1 } },
  ];
  const message = { type: "message", content, stop_reason: "tool_use", usage: { input_tokens: 1, output_tokens: 2 } };
  expect(read(message)).toEqual([
    { type: "reasoning-delta", text: "hm" },
    { type: "text-delta", text: "a" },
    {
      type: "tool-call",
      id: "t",
      name: "f",
      arguments: '{"a":1}',
      opaque: { provider: "anthropic", model: "m", blocks: [content[0]] },
    },
    { type: "finish", reason: "tool-calls", usage: { inputTokens: 1, outputTokens: 2 } },
  ]);
});

test("an error in an event", () => {
  const { failure } = createMessageEvents("m", 1).push({
    type: "error",
    error: { type: "overloaded_error", message: "Overloaded" },
  });
  expect(failure).toEqual({ message: "Overloaded", kinds: ["overloaded_error", "error"] });
});

test.each([0, undefined])("blocks that all have the index %s stay apart", (index) => {
  const at = (payload: Payload): Payload => ({ ...payload, index });
  const events = read(
    begun(),
    at(start(0, { type: "thinking", thinking: "", signature: "" })),
    at(delta(0, { type: "thinking_delta", thinking: "hm" })),
    at(delta(0, { type: "signature_delta", signature: "s" })),
    at(start(0, { type: "tool_use", id: "a", name: "f", input: {} })),
    at(delta(0, { type: "input_json_delta", partial_json: '{"x":1}' })),
    at(start(0, { type: "tool_use", id: "b", name: "g", input: {} })),
    at(delta(0, { type: "input_json_delta", partial_json: '{"y":2}' })),
    said("tool_use"),
    stop,
  );
  const blocks = [{ type: "thinking", thinking: "hm", signature: "s" }];
  expect(events.slice(1)).toEqual([
    {
      type: "tool-call",
      id: "a",
      name: "f",
      arguments: '{"x":1}',
      opaque: { provider: "anthropic", model: "m", blocks },
    },
    { type: "tool-call", id: "b", name: "g", arguments: '{"y":2}' },
    { type: "finish", reason: "tool-calls" },
  ]);
});

test("a gateway's error without a type around it", () => {
  expect(createMessageEvents("m", 1).push({ error: "Overloaded" }).failure?.message).toBe("Overloaded");
  expect(createMessageEvents("m", 1).push({ type: "ping", error: null }).failure).toBeUndefined();
});

test.each<[string, Payload]>([
  ["beside a delta", delta(0, { type: "text_delta", text: "x", error: { message: "m" } })],
  ["inside the message", { type: "message_start", message: { error: { message: "m" } } }],
  ["in place of a stop reason", said("error")],
  ["under a type of its own", { type: "server_error", message: "m" }],
  ["without a type", { detail: "m" }],
  ["as a status", { status: 503, message: "m" }],
])("an error %s is one", (_name, payload) => {
  expect(createMessageEvents("m", 1).push(payload).failure).toBeDefined();
});

test.each(["constructor", "__proto__", "whatever"])("the stop reason %s is an unknown word", (reason) => {
  expect(finishOf(begun(), said(reason), stop)).toEqual({ type: "finish", reason: "other" });
});

test("ids that are missing or said twice are made up", () => {
  const call = (id?: string): Payload => start(0, { type: "tool_use", name: "f", input: {}, ...(id && { id }) });
  const events = read(begun(), call("a"), call("a"), call(), call("call_4"), said("tool_use"), stop);
  expect(events.flatMap((event) => (event.type === "tool-call" ? event.id : []))).toEqual([
    "a",
    "call_4",
    "call_5",
    "call_6",
  ]);
});

test("more blocks than any answer has are not held", () => {
  const events = createMessageEvents("m", 1);
  const call = start(0, { type: "tool_use", id: "a", name: "f", input: {} });
  for (let count = 0; count < mostCalls; count += 1) events.push(call);
  events.push(start(1, { type: "text", text: "" }));
  expect(() => events.push(call)).toThrow(OversizedAnswer);
});

test("figures under other names are not kept, and nonsense takes nothing back", () => {
  const usage = { input_tokens: 5, output_tokens: -1, __proto__: 7, constructor: 9 };
  expect(finishOf(begun(usage), said("end_turn", { input_tokens: 1.5, output_tokens: 3 }), stop)).toEqual({
    type: "finish",
    reason: "stop",
    usage: { inputTokens: 5, outputTokens: 3 },
  });
});
