import { expect, test } from "vitest";
import type { ModelEvent } from "@massgen/core/model";
import { createGeminiEvents } from "./events.ts";

const parts = (list: readonly object[], finishReason?: string): Record<string, unknown> => ({
  candidates: [{ content: { parts: list }, ...(finishReason !== undefined && { finishReason }) }],
});
function read(...chunks: readonly Record<string, unknown>[]): ModelEvent[] {
  const events = createGeminiEvents("m", 3);
  return [...chunks.flatMap((chunk) => events.push(chunk).events), ...(events.finished() ? events.end() : [])];
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

test("arguments streamed in pieces", () => {
  const events = read(
    parts([{ functionCall: { name: "f", willContinue: true } }]),
    parts([
      {
        functionCall: {
          partialArgs: [
            { jsonPath: "$.a[1].b", stringValue: "x" },
            { jsonPath: "$.__proto__.c", numberValue: 1 },
          ],
          willContinue: true,
        },
      },
    ]),
    parts([
      {
        functionCall: {
          partialArgs: [
            { jsonPath: "$.a[1].b", stringValue: "y" },
            { jsonPath: "$['n']", nullValue: null },
          ],
          willContinue: true,
        },
      },
    ]),
    parts([{ text: "" }], "STOP"),
  );
  expect(events[0]).toMatchObject({ type: "tool-call", name: "f", arguments: '{"a":[null,{"b":"xy"}],"n":null}' });
  expect(({} as Record<string, unknown>)["c"]).toBeUndefined();
});

test.each([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["SAFETY", "content-filter"],
  ["PROHIBITED_CONTENT", "content-filter"],
  ["MALFORMED_FUNCTION_CALL", "other"],
  ["SOMETHING_NEW", "other"],
])("finish reason %s", (finish, reason) => {
  expect(read(parts([{ text: "a" }], finish)).at(-1)).toEqual({ type: "finish", reason });
});

test("a blocked prompt is filtered content", () => {
  expect(read({ promptFeedback: { blockReason: "SAFETY" } })).toEqual([{ type: "finish", reason: "content-filter" }]);
});

test("usage: the last one with figures, thoughts included", () => {
  const finish = read(
    {
      usageMetadata: {
        promptTokenCount: 29,
        candidatesTokenCount: 15,
        thoughtsTokenCount: 804,
        totalTokenCount: 848,
        cachedContentTokenCount: 8,
      },
    },
    { ...parts([], "STOP"), usageMetadata: { trafficType: "ON_DEMAND" } },
  ).at(-1);
  expect(finish).toEqual({
    type: "finish",
    reason: "stop",
    usage: { inputTokens: 29, outputTokens: 819, totalTokens: 848, cachedInputTokens: 8, reasoningTokens: 804 },
  });
});

test("an error in a chunk", () => {
  const { failure } = createGeminiEvents("m", 1).push({ error: { code: 503, message: "m", status: "UNAVAILABLE" } });
  expect(failure).toMatchObject({ status: 503, message: "m" });
});

test("other candidates are not ours", () => {
  const of = (index: number, candidate: object): Record<string, unknown> => ({ candidates: [{ index, ...candidate }] });
  expect(
    read(
      of(1, { content: { parts: [{ text: "no" }] } }),
      of(0, { content: { parts: [{ text: "yes" }] } }),
      of(1, { finishReason: "MAX_TOKENS" }),
      of(0, { finishReason: "STOP" }),
    ),
  ).toEqual([
    { type: "text-delta", text: "yes" },
    { type: "finish", reason: "stop" },
  ]);
});

test("a figure that a later report leaves out keeps its earlier value", () => {
  const first = { promptTokenCount: 4, candidatesTokenCount: 3, thoughtsTokenCount: 5, totalTokenCount: 12 };
  const events = read(
    { ...parts([{ text: "a" }]), usageMetadata: first },
    { ...parts([], "STOP"), usageMetadata: { promptTokenCount: 4, totalTokenCount: 12 } },
  );
  expect(events.at(-1)).toEqual({
    type: "finish",
    reason: "stop",
    usage: { inputTokens: 4, outputTokens: 8, totalTokens: 12, reasoningTokens: 5 },
  });
});

test("an error that is a bare text", () => {
  expect(createGeminiEvents("m", 1).push({ error: "boom" }).failure?.message).toBe("boom");
});
