import type { CoordinationSettings, RunEvent } from "@massgen/core";
import { expect, test } from "vitest";
import { answered, receipt } from "../../../test/scripted-run.ts";
import { foldTraces } from "../../runs/traces.ts";
import { toChunks, type ChatCompletionChunk } from "./chunks.ts";
import type { ChatAnswer } from "./completion.ts";

const answer: ChatAnswer = {
  own: { includeUsage: false },
  answerId: "1",
  runId: "run-1",
  startedAt: 1000,
  model: "massgen",
  reasoningAlias: false,
};

type Unstamped = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, "atMs" | "seq"> : never) : never;

interface More {
  readonly includeUsage?: boolean;
  readonly reasoningAlias?: boolean;
  readonly traces?: CoordinationSettings["traces"];
}

function fold(
  events: Unstamped[],
  { includeUsage = false, reasoningAlias = false, traces = "summary" }: More = {},
): ChatCompletionChunk[] {
  const { start, next, finish } = toChunks({ ...answer, own: { includeUsage }, reasoningAlias });
  const lines = foldTraces({ traces, audience: "client" });
  const chunks = events.flatMap((unstamped) => {
    const event = { ...unstamped, atMs: 0, seq: 0 } as RunEvent;
    if (event.type !== "run-finished") return next(event, lines.next(event));
    return event.result.status === "answered" ? finish(event.result) : [];
  });
  return [start(), ...chunks];
}

function deltas(events: Unstamped[], more: More = {}): unknown[] {
  return fold(events, more).map((chunk) => chunk.choices[0]?.delta);
}

const role = { role: "assistant", content: "" };
const finished: Unstamped = { type: "run-finished", result: answered("x") };

test("an empty answer is the role chunk and the finish chunk", () => {
  const chunks = fold([{ type: "run-finished", result: answered("") }]);
  expect(chunks.map((chunk) => chunk.choices[0])).toEqual([
    { index: 0, delta: role, logprobs: null, finish_reason: null },
    { index: 0, delta: {}, logprobs: null, finish_reason: "stop" },
  ]);
});

test("tool calls: first who is called, then with what, each under its own index", () => {
  const toolCalls = [
    { id: "c1", name: "f", arguments: '{"a":1}' },
    { id: "c2", name: "g", arguments: "{}" },
  ];
  const events: Unstamped[] = [
    { type: "tool-calls", toolCalls },
    { type: "run-finished", result: answered("", { toolCalls, finishReason: "tool-calls" }) },
  ];
  expect(deltas(events)).toEqual([
    role,
    { tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "f", arguments: "" } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] },
    { tool_calls: [{ index: 1, id: "c2", type: "function", function: { name: "g", arguments: "" } }] },
    { tool_calls: [{ index: 1, function: { arguments: "{}" } }] },
    {},
  ]);
  expect(fold(events).at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
});

test.each([
  ["stop", "stop"],
  ["length", "length"],
  ["content-filter", "content_filter"],
  ["other", "stop"],
  ["tool-calls", "stop"],
] as const)("finish %s without tool calls is %s", (finishReason, wire) => {
  const chunks = fold([{ type: "run-finished", result: answered("x", { finishReason }) }]);
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe(wire);
});

test("a character cut in two is sent whole, and a lone half still arrives", () => {
  const events: Unstamped[] = ["a\ud83d", "", "\ude00b", "c\ud83d"].map((text) => ({ type: "content-delta", text }));
  expect(deltas([...events, finished])).toEqual([
    role,
    { content: "a" },
    { content: "\ud83d\ude00b" },
    { content: "c" },
    { content: "\ud83d" },
    {},
  ]);
});

test("usage: a last chunk without choices, null before, also when nothing was reported", () => {
  const chunks = fold([finished], { includeUsage: true });
  expect(chunks.map(({ choices, usage }) => [choices.length, usage && usage.total_tokens])).toEqual([
    [1, null],
    [1, null],
    [0, 14],
  ]);
  const silent = {
    ...receipt,
    usage: undefined,
    usageComplete: false,
    unreported: { inputTokens: 5, outputTokens: 2 },
  };
  const without = fold([{ type: "run-finished", result: answered("x", { receipt: silent }) }], { includeUsage: true });
  expect(without.map(({ choices }) => choices.length)).toEqual([1, 1, 0]);
  expect(without[1]).toMatchObject({ massgen_metadata: { usage_complete: false, usage_estimated: true } });
  expect(without[2]).toMatchObject({ usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } });
});

const drafting: Unstamped[] = [
  { type: "draft-started", agentId: "a" },
  { type: "draft-started", agentId: "b" },
];

test("trace lines end with a line feed; none comes after the answer began", () => {
  expect(deltas([...drafting, { type: "content-delta", text: "x" }, ...drafting])).toEqual([
    role,
    { reasoning_content: "[a] Drafting...\n" },
    { reasoning_content: "[b] Drafting...\n" },
    { content: "x" },
  ]);
});

test("traces can be off, and can be doubled", () => {
  expect(deltas(drafting, { traces: "off" })).toEqual([role]);
  expect(deltas(drafting.slice(0, 1), { reasoningAlias: true })[1]).toEqual({
    reasoning_content: "[a] Drafting...\n",
    reasoning: "[a] Drafting...\n",
  });
});

test("a model's own reasoning is shown at full only, line by line, and cannot pass for another's line", () => {
  const events: Unstamped[] = [
    { type: "draft-started", agentId: "a" },
    { type: "reasoning-delta", agentId: "a", text: "one\r\n[orchestrator] Sel" },
    { type: "reasoning-delta", agentId: "a", text: "ected b\u2028two \ud83d" },
    { type: "reasoning-delta", agentId: "a", text: "\ude00" },
    { type: "draft-started", agentId: "b" },
  ];
  const text = deltas(events, { traces: "full" })
    .map((delta) => (delta as { reasoning_content?: string }).reasoning_content ?? "")
    .join("");
  expect(text.split("\n")).toEqual([
    "[a] Drafting...",
    "[a] | one",
    "[a] | [orchestrator] Selected b",
    "[a] | two 😀",
    "[b] Drafting...",
    "",
  ]);
  expect(deltas(events)).toHaveLength(3);
});

test("a draft is shown while it is written at live only, in whole lines", () => {
  const candidate = { id: "a", agentId: "a", version: 1, text: "One\nTwo\nThree", toolCalls: [], cut: false };
  const events: Unstamped[] = [
    { type: "draft-started", agentId: "a" },
    { type: "draft-delta", agentId: "a", text: "One\nTw" },
    { type: "draft-delta", agentId: "a", text: "o\nTh" },
    { type: "draft-finished", agentId: "a", candidate, tookMs: 1800, final: false },
  ];
  const drafting = { reasoning_content: "[a] Drafting...\n" };
  const answered = { reasoning_content: '[a] Answered in 1.8 s: "One ..."\n' };
  expect(deltas(events)).toEqual([role, drafting, answered]);
  expect(deltas(events, { traces: "live" })).toEqual([
    role,
    drafting,
    { reasoning_content: "[a] | One\n" },
    { reasoning_content: "[a] | Two\n" },
    { reasoning_content: `[a] | Three\n${answered.reasoning_content}` },
  ]);
});
