import { describe, expect, it } from "vitest";
import { type Scenario, scenario } from "../testing/scenario.ts";

function crash(run: Scenario, cause: "lost" | "handed-back" = "lost"): void {
  run.fact({ type: "resumed", cause, rules: 1, atMs: run.nowMs });
}

const agents = ["a", "b", "c"];

describe("another process goes on", () => {
  it("makes the live calls again, and no other: the same question with a new id", () => {
    const run = scenario({ agents });
    run.drafts("a", "yes");
    const before = run.order("b");
    crash(run);
    expect(run.live()).toEqual(["b draft", "c draft"]);
    expect(run.order("b")).toEqual({ ...before, callId: "call-4", repeats: before.callId, losses: 1 });
    expect(run.announced("call-lost")).toEqual([
      { type: "call-lost", agentId: "b", phase: "draft", again: true },
      { type: "call-lost", agentId: "c", phase: "draft", again: true },
    ]);
    run.drafts("b", "yes");
    expect(run.result()).toMatchObject({
      text: "yes",
      receipt: { degraded: false, calls: { made: 5, lost: 2, failed: 0, aborted: 1 }, usageComplete: false },
    });
  });

  it("what comes of a lost call after all changes nothing", () => {
    const run = scenario({ agents });
    const { callId } = run.order("b");
    crash(run);
    const reply = { text: "late", toolCalls: [], finishReason: "stop" } as const;
    run.fact({ type: "draft-finished", callId, reply, atMs: 0 });
    expect(run.state.candidates).toEqual([]);
  });

  it("what is asked again stays what it was: a repeated question, a retry", () => {
    const run = scenario({ agents });
    run.drafts("a", "", { problem: "empty" });
    run.fails("b", { code: "connection" });
    const retry = `retry ${run.state.agents.get("b")?.task?.order.callId ?? ""}` as const;
    run.fires(retry);
    crash(run);
    expect(run.order("a").retryOf).toEqual({ problem: "empty" });
    expect(run.order("b").repeats).toBe("call-2");
    // Two retries are all there are.
    expect(run.state.agents.get("b")?.task?.retries).toBe(1);
  });

  it("a wait before a retry goes on: that call is over", () => {
    const run = scenario({ agents });
    run.fails("b", { code: "connection" });
    crash(run);
    expect(run.live()).toEqual(["a draft", "c draft"]);
    run.fires("retry call-2");
    expect(run.live()).toEqual(["a draft", "b draft", "c draft"]);
  });

  it("a call that was lost in two crashes is given up, since it may be what ends the process", () => {
    const run = scenario({ agents });
    run.drafts("a", "yes");
    crash(run);
    run.drafts("b", "no");
    crash(run);
    expect(run.announced("agent-failed")).toMatchObject([
      { agentId: "c", failure: { code: "connection", message: "the process that asked it is gone" } },
    ]);
    expect(run.live()).toEqual(["a ballot", "b ballot"]);
    crash(run);
    expect(run.live()).toEqual(["a ballot", "b ballot"]);
    crash(run);
    // Nobody can vote any more, so a draft is drawn.
    expect(run.result()).toMatchObject({ status: "answered", receipt: { outcome: "tied", calls: { lost: 7 } } });
  });

  it("a run whose process dies again and again fails", () => {
    const run = scenario({ agents });
    crash(run);
    crash(run);
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: { code: "connection", message: expect.stringContaining("c: the process that asked it is gone") },
    });
  });

  it("a run that was handed back is not under suspicion, nor is a call that still waited for its turn", () => {
    const run = scenario({ agents });
    for (let i = 0; i < 5; i++) crash(run, "handed-back");
    run.queues("b");
    crash(run);
    expect(run.order("a").losses).toBe(1);
    expect(run.order("b").losses).toBeUndefined();
    expect(run.state.calls.filter(({ agentId }) => agentId === "b")).toHaveLength(7);
  });

  it("after a long outage the deadline's rule comes first: the drafts in hand decide, and nobody is asked in vain", () => {
    const run = scenario({ agents, settings: { deadlineMs: 100_000 } });
    run.drafts("a", "yes");
    run.nowMs = 80_000;
    crash(run);
    expect(run.announced("call-lost").map(({ again }) => again)).toEqual([false, false]);
    expect(run.result()).toMatchObject({
      text: "yes",
      receipt: { reasons: ["deadline"], calls: { made: 3, lost: 2 } },
    });
  });

  it("and behind the deadline the run ends", () => {
    const run = scenario({ agents, settings: { deadlineMs: 100_000 } });
    run.nowMs = 999_999;
    crash(run);
    expect(run.result()).toMatchObject({ status: "failed", failure: { code: "timeout" } });
  });

  it("stragglers whose time was up meanwhile are not asked again", () => {
    const run = scenario({ agents, settings: { quorum: 1, stragglerGraceMs: 1000 } });
    run.drafts("a", "yes");
    run.nowMs = 1000;
    crash(run);
    expect(run.result()).toMatchObject({
      text: "yes",
      receipt: { reasons: ["straggler-dropped"], calls: { made: 3 } },
    });
  });

  it("a budget that the lost call has used up is not exceeded", () => {
    const run = scenario({ agents: ["a", "b"], settings: { budget: { maxCalls: 3 } } });
    crash(run);
    expect(run.announced("call-lost").map(({ again }) => again)).toEqual([true, false]);
    run.drafts("a", "yes");
    expect(run.result()).toMatchObject({ receipt: { calls: { made: 3 }, reasons: ["budget", "agent-failed"] } });
  });

  it("a presentation is written anew where nobody has seen it, with its own time limit", () => {
    const run = scenario({ agents, delivery: "whole" });
    for (const id of agents) run.drafts(id, id);
    run.votes("a", "b");
    run.votes("c", "b");
    run.starts("b");
    crash(run);
    expect(run.live()).toEqual(["b presentation"]);
    expect(run.state.contentStarted).toBe(false);
    expect(run.effects.at(-2)).toMatchObject({ type: "start-timer", timer: "presenter" });
    run.presents("b", "the end");
    expect(run.result()).toMatchObject({ text: "the end", receipt: { degraded: false } });
  });

  it("one that a client has read half of is broken", () => {
    const run = scenario({ agents, delivery: "live" });
    for (const id of agents) run.drafts(id, id);
    run.votes("a", "b");
    run.votes("c", "b");
    run.starts("b");
    crash(run);
    expect(run.result()).toMatchObject({ status: "failed", failure: { code: "connection" } });

    const solo = scenario({ agents: ["a"], delivery: "live" });
    solo.starts("a");
    crash(solo);
    expect(solo.result()).toMatchObject({ status: "failed", failure: { code: "connection" } });
  });
});
