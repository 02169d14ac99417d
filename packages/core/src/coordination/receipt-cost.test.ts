import { describe, expect, it } from "vitest";
import { type Scenario, scenario } from "../testing/scenario.ts";
import { traceLines } from "../trace/trace-lines.ts";

const price = { input: 10, output: 100 };
const usage = { inputTokens: 1000, outputTokens: 100 };

function drafts(run: Scenario, agentId: string, text: string, costUsd: number | null): void {
  const { callId } = run.order(agentId);
  const reply = { text, toolCalls: [], finishReason: "stop" } as const;
  run.fact({ type: "draft-finished", callId, reply, usage, costUsd, atMs: 0 });
}

describe("what a run cost", () => {
  it("is the sum of its calls, by agent and phase", () => {
    const run = scenario({ agents: ["a", "b"], price, settings: { finalAnswer: "select" } });
    drafts(run, "a", "yes", 0.001);
    drafts(run, "b", "no", 0.02);
    for (const id of ["a", "b"]) {
      const { callId } = run.order(id);
      const reply = { kind: "vote", candidate: "b", reason: "" } as const;
      run.fact({ type: "ballot-finished", callId, reply, usage, costUsd: 0.0003, atMs: 0 });
    }
    const { receipt } = run.result();
    expect(receipt.costUsd).toBeCloseTo(0.0216, 12);
    expect(receipt).toMatchObject({ costComplete: true });
    expect(receipt).not.toHaveProperty("unreportedCostUsd");
    expect(receipt.agents.map(({ costUsd }) => costUsd)).toEqual([
      { draft: 0.001, ballot: 0.0003 },
      { draft: 0.02, ballot: 0.0003 },
    ]);
    const [started] = run.announced("answer-started");
    expect(started && traceLines({ ...started, seq: 0, atMs: 0 }, "summary")).toEqual([
      "[orchestrator] 4 calls, 0.0 s, 4,400 tokens, $0.0216",
    ]);
  });

  it("is unknown, and not 0, where no call has a price", () => {
    const run = scenario({ agents: ["a"] });
    drafts(run, "a", "yes", null);
    expect(run.result().receipt).toMatchObject({ costComplete: false });
    expect(run.result().receipt).not.toHaveProperty("costUsd");
    expect(run.result().receipt.agents[0]).not.toHaveProperty("costUsd");
    expect(run.result().receipt).not.toHaveProperty("unreportedCostUsd");
  });

  it("is 0 where the price is", () => {
    const run = scenario({ agents: ["a"] });
    drafts(run, "a", "yes", 0);
    expect(run.result().receipt).toMatchObject({ costUsd: 0, costComplete: true });
  });

  it("leaves out what an aborted call may have cost, and estimates that", () => {
    const run = scenario({ agents: ["a", "b", "c"], price, promptTokens: 2000 });
    drafts(run, "a", "yes", 0.01);
    drafts(run, "b", "yes", 0.01);
    // 2000 tokens of its prompt; of its reply nothing had come.
    expect(run.result().receipt).toMatchObject({ costUsd: 0.02, costComplete: false, unreportedCostUsd: 0.02 });
    const [started] = run.announced("answer-started");
    expect(started && traceLines({ ...started, seq: 0, atMs: 0 }, "summary").at(-1)).toContain("$0.0200 or more");
  });

  it("counts what an aborted call had written, and half a report", () => {
    const run = scenario({ agents: ["a", "b", "c"], price, promptTokens: 2000 });
    const aborted = run.order("a").callId;
    run.fact({ type: "timer-fired", timer: "reserve", atMs: 0 });
    expect(run.result().receipt.unreportedCostUsd).toBeCloseTo(3 * 0.02, 12);

    const other = scenario({ agents: ["a"], price, promptTokens: 2000 });
    const failure = { code: "connection", message: "it broke" } as const;
    const half = { inputTokens: 500 };
    const facts = { usage: half, replyChars: 300, costUsd: null, begun: true, atMs: 1_800_000 };
    other.fact({ type: "call-failed", callId: other.order("a").callId, failure, ...facts });
    expect(other.result().receipt.unreportedCostUsd).toBeCloseTo(0.005 + 0.01, 12);
    expect(aborted).toBe("call-1");
  });

  it("counts a lost call as what was reserved for it: nobody knows how far its reply came", () => {
    const run = scenario({ agents: ["a"], price, promptTokens: 2000 });
    const reserved = run.order("a").reservedUsd;
    run.fact({ type: "resumed", cause: "lost", rules: 1, atMs: 10 });
    drafts(run, "a", "yes", 0.01);
    const { receipt } = run.result();
    expect(receipt).toMatchObject({ costUsd: 0.01, costComplete: false, unreportedCostUsd: reserved });
    // More than its prompt.
    expect(reserved).toBeGreaterThan(0.02);
  });

  it("is nothing for a call that was refused before a model had seen it", () => {
    const run = scenario({ agents: ["a", "b", "c"], price });
    run.fails("a", { code: "authentication" });
    drafts(run, "b", "yes", 0.01);
    drafts(run, "c", "yes", 0.01);
    expect(run.result().receipt).toMatchObject({ costUsd: 0.02, costComplete: true, calls: { failed: 1 } });
    const begun = scenario({ agents: ["a", "b"], price });
    begun.fails("a", { code: "content-filter" }, true);
    drafts(begun, "b", "yes", 0.01);
    expect(begun.result().receipt).toMatchObject({ costComplete: false });
  });
});
