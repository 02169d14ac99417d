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
    expect(run.order("b")).toEqual({ ...before, callId: "call-4", repeats: before.callId });
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

  it("a run counts the crashes that its calls were out in, and what is lost is asked again each time", () => {
    const run = scenario({ agents });
    for (let i = 1; i <= 4; i++) {
      crash(run);
      expect(run.state.losses).toBe(i);
      expect(run.live()).toEqual(["a draft", "b draft", "c draft"]);
    }
    expect(run.state.calls.map(({ status }) => status)).toEqual([...Array(12).fill("lost"), "live", "live", "live"]);
  });

  it("a run that was handed back is not under suspicion, nor is one whose calls all waited for their turn", () => {
    const run = scenario({ agents });
    for (let i = 0; i < 5; i++) crash(run, "handed-back");
    for (const id of agents) run.queues(id);
    crash(run);
    expect(run.state.losses).toBe(0);
    run.queues("b");
    crash(run);
    expect(run.state.losses).toBe(1);
  });

  it("a run that nobody goes on with fails, and its calls are lost, not aborted", () => {
    const run = scenario({ agents });
    run.drafts("a", "yes");
    const failure = { code: "agents-failed", message: "it died three times" } as const;
    run.fact({ type: "run-failed", failure, lost: true, atMs: run.nowMs });
    expect(run.announced("call-lost")).toEqual([
      { type: "call-lost", agentId: "b", phase: "draft", again: false },
      { type: "call-lost", agentId: "c", phase: "draft", again: false },
    ]);
    expect(run.result()).toMatchObject({
      status: "failed",
      failure,
      receipt: { outcome: "failed", calls: { made: 3, lost: 2, aborted: 0 }, usageComplete: false },
    });
    expect(run.effects.filter(({ type }) => type === "abort-call")).toEqual([]);
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
