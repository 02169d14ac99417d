import { expect, it } from "vitest";
import { scenario } from "../testing/scenario.ts";
import { callDetails, mostCallDetails } from "./call-details.ts";

const usage = { inputTokens: 3, outputTokens: 2 };

it("tells when each call was wanted, sent and over, and what came of it", () => {
  const run = scenario({ agents: ["a", "b"], settings: { finalAnswer: "select" } });
  run.queues("b");
  run.nowMs = 40;
  run.sends("b");
  const [first, second] = [run.order("a").callId, run.order("b").callId];
  const reply = { text: "yes", toolCalls: [], finishReason: "length" } as const;
  const timing = { sentAtMs: 1, firstTokenAtMs: 20 };
  run.fact({ type: "draft-finished", callId: first, reply, usage, costUsd: 0.02, timing, atMs: 50 });
  run.nowMs = 60;
  run.drafts("b", "no");
  run.nowMs = 70;
  run.votes("a", "a");
  run.fact({
    type: "ballot-finished",
    callId: run.order("b").callId,
    reply: { kind: "vote", candidate: "a", reason: "" },
    finishReason: "tool-calls",
    atMs: 80,
  });
  const drafted = { model: "m", phase: "draft", queuedAtMs: 0, result: "ok" };
  const voted = { model: "m", phase: "ballot", queuedAtMs: 60, sentAtMs: 60, result: "ok" };
  expect(run.result().receipt.callsDetail).toEqual([
    { ...drafted, callId: first, agentId: "a", ...timing, endedAtMs: 50, finishReason: "length", usage, costUsd: 0.02 },
    { ...drafted, callId: second, agentId: "b", sentAtMs: 40, endedAtMs: 60, finishReason: "stop" },
    { ...voted, callId: "call-3", agentId: "a", endedAtMs: 70 },
    { ...voted, callId: "call-4", agentId: "b", endedAtMs: 80, finishReason: "tool-calls" },
  ]);
});

it("links a call to the one that it repeats, whatever the reason", () => {
  const run = scenario({ agents: ["a", "b"] });
  const lost = run.order("b").callId;
  run.fails("a", { code: "overloaded" });
  run.nowMs = 1000;
  run.fires("retry call-1");
  const retried = run.order("a").callId;
  run.drafts("a", "", { problem: "the answer was empty" });
  const repeated = run.order("a").callId;
  run.fact({ type: "resumed", cause: "lost", rules: 1, atMs: 1500 });
  const details = callDetails(run.state);
  expect(details.map(({ callId, retryOf, result }) => [callId, retryOf, result])).toEqual([
    ["call-1", undefined, "overloaded"],
    [lost, undefined, "lost"],
    [retried, "call-1", "rejected"],
    [repeated, retried, "lost"],
    [run.order("a").callId, repeated, "aborted"],
    [run.order("b").callId, lost, "aborted"],
  ]);
});

it("names the model that was called, and links a fallback's call to the one that failed", () => {
  const run = scenario({ agents: ["a", "b"], fallbacks: { a: {} } });
  run.fails("a", { code: "not-found" });
  expect(callDetails(run.state).map(({ callId, model, retryOf }) => [callId, model, retryOf])).toEqual([
    ["call-1", "m", undefined],
    ["call-2", "m", undefined],
    ["call-3", "n", "call-1"],
  ]);
});

it("says of a call that never got its turn that it was not sent", () => {
  const run = scenario({ agents: ["a", "b", "c"] });
  run.queues("c");
  run.nowMs = 10;
  run.drafts("a", "yes");
  run.drafts("b", "yes");
  const detail = run.result().receipt.callsDetail.find(({ agentId }) => agentId === "c");
  expect(detail).toMatchObject({ queuedAtMs: 0, endedAtMs: 10, result: "unsent" });
  expect(detail).not.toHaveProperty("sentAtMs");
});

it("tells of the first calls only", () => {
  const { state } = scenario({ agents: ["a"] });
  const [call] = state.calls;
  if (call === undefined) throw new Error("no call was made");
  const calls = Array.from({ length: mostCallDetails + 1 }, (_, at) => ({ ...call, callId: `call-${at + 1}` }));
  const details = callDetails({ ...state, calls });
  expect([details.length, details[0]?.callId, details.at(-1)?.callId]).toEqual([512, "call-1", "call-512"]);
});
