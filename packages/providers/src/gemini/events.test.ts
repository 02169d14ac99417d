import { describe, expect, test } from "vitest";
import type { ModelEvent } from "@massgen/core/model";
import { bare } from "../../fixtures/collect.ts";
import { createGeminiEvents } from "./events.ts";

const parts = (list: readonly object[], finishReason?: string): Record<string, unknown> => ({
  candidates: [{ content: { parts: list }, ...(finishReason !== undefined && { finishReason }) }],
});
function read(...chunks: readonly Record<string, unknown>[]): ModelEvent[] {
  const events = createGeminiEvents("m", 3);
  const seen = chunks.flatMap((chunk) => events.push(chunk).events);
  return [...seen, ...(events.finished() ? events.end() : [])].map(bare);
}

test("thoughts are reasoning; empty parts are nothing", () => {
  expect(read(parts([{ text: "hm", thought: true }, { text: "", thoughtSignature: "s" }, { text: "a" }]))).toEqual([
    { type: "reasoning-delta", text: "hm" },
    { type: "text-delta", text: "a" },
  ]);
});

test("calls: ids made up where missing, signatures beside them", () => {
  const calls = [
    { functionCall: { name: "f", args: {} }, thoughtSignature: "s" },
    { functionCall: { name: "g", id: "g1" } },
  ];
  expect(read(parts(calls, "STOP"))).toEqual([
    {
      type: "tool-call",
      id: "call_3",
      name: "f",
      arguments: "{}",
      opaque: { provider: "gemini", model: "m", thoughtSignature: "s" },
    },
    { type: "tool-call", id: "g1", name: "g", arguments: "{}", opaque: { provider: "gemini", model: "m", id: "g1" } },
    { type: "finish", reason: "tool-calls" },
  ]);
});

test("more calls than any service allows are an answer too large to be held", () => {
  const call = { functionCall: { name: "f", args: {} } };
  expect(
    read(
      parts(
        Array.from({ length: 1024 }, () => call),
        "STOP",
      ),
    ),
  ).toHaveLength(1025);
  const many = parts(Array.from({ length: 512 }, () => call));
  expect(() => read(many, many, parts([call]))).toThrow("1024 tool calls");
});

describe("arguments streamed in pieces", () => {
  const begin = parts([{ functionCall: { name: "f", willContinue: true } }]);
  const piece = (...partialArgs: readonly object[]): Record<string, unknown> =>
    parts([{ functionCall: { partialArgs, willContinue: true } }]);

  test("are put together, also when nothing says that the last piece came", () => {
    const events = read(
      begin,
      piece({ jsonPath: "$.a[1].b", stringValue: "x" }),
      piece({ jsonPath: "$.a[1].b", stringValue: "y" }, { jsonPath: "$['n']", nullValue: null }),
      parts([{ text: "" }], "STOP"),
    );
    expect(events).toMatchObject([
      { type: "tool-call", name: "f", arguments: '{"a":[null,{"b":"xy"}],"n":null}' },
      { reason: "tool-calls" },
    ]);
  });
  test.each(["MAX_TOKENS", "SAFETY", "MALFORMED_FUNCTION_CALL"])("are no call when %s cut them off", (finish) => {
    const events = read(begin, piece({ jsonPath: "$.a", stringValue: "x" }), parts([], finish));
    expect(events.map(({ type }) => type)).toEqual(["finish"]);
  });
  test("leave the answer unusable where a piece belongs nowhere; what came before stays", () => {
    const events = createGeminiEvents("m", 1);
    const step = events.push(
      parts([
        { text: "a" },
        { functionCall: { name: "f", partialArgs: [{ jsonPath: "$.__proto__.c", numberValue: 1 }] } },
        { text: "b" },
      ]),
    );
    expect(step).toMatchObject({
      events: [{ type: "text-delta", text: "a" }],
      problem: expect.stringContaining("a piece of"),
    });
    expect(({} as Record<string, unknown>)["c"]).toBeUndefined();
  });
});

test("arguments too deep to be written down leave the answer unusable", () => {
  const deep = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  const step = (args: unknown): unknown =>
    createGeminiEvents("m", 1).push(parts([{ functionCall: { name: "f", args } }]));
  expect(step(deep(100))).toMatchObject({ events: [{ type: "tool-call" }] });
  expect(step(deep(101))).toMatchObject({ events: [], problem: expect.stringContaining("too deep") });
  expect(step(deep(100_000))).toMatchObject({ events: [], problem: expect.stringContaining("too deep") });
});

test("a signature on an empty text belongs to no call", () => {
  const calls = [
    { functionCall: { name: "f", args: {} }, thoughtSignature: "first==" },
    { functionCall: { name: "g", args: {} } },
    { text: "", thoughtSignature: "other==" },
  ];
  const opaques = read(parts(calls, "STOP")).flatMap((event) => (event.type === "tool-call" ? [event.opaque] : []));
  expect(opaques).toEqual([
    { provider: "gemini", model: "m", thoughtSignature: "first==" },
    { provider: "gemini", model: "m" },
  ]);
});

test.each([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["SAFETY", "content-filter"],
  ["PROHIBITED_CONTENT", "content-filter"],
  ["MALFORMED_FUNCTION_CALL", "other"],
  ["UNEXPECTED_TOOL_CALL", "other"],
  ["TOO_MANY_TOOL_CALLS", "other"],
  ["SOMETHING_NEW", "stop"],
  ["OTHER", "other"],
  ["constructor", "stop"],
  ["__proto__", "stop"],
  ["hasOwnProperty", "stop"],
])("finish reason %s", (finish, reason) => {
  expect(read(parts([{ text: "a" }], finish)).at(-1)).toEqual({ type: "finish", reason });
});

test.each(["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SOMETHING_NEW", "constructor"])(
  "a prompt blocked for %s is filtered content",
  (blockReason) => {
    expect(read({ promptFeedback: { blockReason } })).toEqual([{ type: "finish", reason: "content-filter" }]);
  },
);

test("a reason that says nothing ends nothing", () => {
  expect(read(parts([{ text: "a" }], "FINISH_REASON_UNSPECIFIED"))).toEqual([{ type: "text-delta", text: "a" }]);
  expect(read({ promptFeedback: { blockReason: "BLOCK_REASON_UNSPECIFIED" } })).toEqual([]);
});

test.each([
  {},
  { candidates: [] },
  { candidates: {} },
  { candidates: [null, 7, "x"] },
  { candidates: [{ content: null }] },
  { candidates: [{ content: { parts: "text" } }] },
  { candidates: [{ content: { parts: [null, 7, { text: 7 }, { text: {} }, { functionCall: [] }] }, finishReason: 7 }] },
  { candidates: [{ finishReason: "" }], promptFeedback: { blockReason: 7 }, usageMetadata: [1] },
  { error: false, promptFeedback: [] },
])("nothing is made of %j", (chunk) => expect(read(chunk)).toEqual([]));

test("an error in a chunk", () => {
  const { failure } = createGeminiEvents("m", 1).push({ error: { code: 503, message: "m", status: "UNAVAILABLE" } });
  expect(failure).toMatchObject({ status: 503, message: "m" });
});

test("the candidate that brings something first is the answer", () => {
  const of = (index: number, candidate: object): Record<string, unknown> => ({ candidates: [{ index, ...candidate }] });
  expect(
    read(
      of(0, { content: { parts: [] } }),
      of(1, { content: { parts: [{ text: "yes" }] } }),
      of(0, { content: { parts: [{ text: "no" }] }, finishReason: "MAX_TOKENS" }),
      of(1, { finishReason: "STOP" }),
    ),
  ).toEqual([
    { type: "text-delta", text: "yes" },
    { type: "finish", reason: "stop" },
  ]);
});

test("an error that is a bare text", () => {
  expect(createGeminiEvents("m", 1).push({ error: "boom" }).failure?.message).toBe("boom");
});
