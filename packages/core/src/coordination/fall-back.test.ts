// What happens when an agent's model is not to be had, and it has a second one.
import { describe, expect, it } from "vitest";
import { scenario } from "../testing/scenario.ts";
import type { Failure } from "./receipt.ts";

const fallbacks = { a: {} };
const agents = ["a", "b", "c"];

describe("a model that is not to be had", () => {
  it.each<Failure["code"]>(["not-found", "authentication", "permission", "quota"])(
    "gives its task to the fallback at once: %s",
    (code) => {
      const run = scenario({ agents, fallbacks });
      run.fails("a", { code });
      expect(run.order("a")).toMatchObject({ model: "fallback", purpose: { phase: "draft" } });
      expect(run.announced("fallback-started")).toEqual([
        { type: "fallback-started", agentId: "a", phase: "draft", failure: { code, message: "wrong key" }, model: "n" },
      ]);
      expect(run.announced("agent-failed")).toEqual([]);
    },
  );

  it("is tried again first when it is overloaded", () => {
    const run = scenario({ agents, fallbacks });
    for (const retry of ["retry call-1", "retry call-4"] as const) {
      run.fails("a", { code: "overloaded" });
      expect(run.live()).not.toContain("a draft");
      run.nowMs += 5000;
      run.fires(retry);
      expect(run.order("a").model).toBe("primary");
    }
    run.fails("a", { code: "overloaded" });
    expect(run.order("a").model).toBe("fallback");
  });

  it.each<Failure["code"]>([
    "rate-limited",
    "timeout",
    "content-filter",
    "invalid-request",
    "context-length",
    "internal",
  ])("is another matter than %s", (code) => {
    const run = scenario({ agents, fallbacks, settings: { deadlineMs: 300 } });
    run.fails("a", { code });
    expect(run.state.agents.get("a")?.task?.order.model).not.toBe("fallback");
    expect(run.announced("fallback-started")).toEqual([]);
  });

  it("is asked nothing more in this run, and the receipt says why", () => {
    const run = scenario({ agents, fallbacks, delivery: "whole" });
    run.fails("a", { code: "quota" });
    for (const id of agents) run.drafts(id, `by ${id}`);
    expect(run.order("a")).toMatchObject({ model: "fallback", purpose: { phase: "ballot" } });
    run.votes("a", "a");
    run.votes("b", "a");
    expect(run.order("a")).toMatchObject({ model: "fallback", purpose: { phase: "presentation" } });
    run.presents("a", "by all");
    const { receipt } = run.result();
    expect(receipt).toMatchObject({ winner: "a", presenter: "a", degraded: false, calls: { failed: 1 } });
    expect(receipt.agents[0]).toMatchObject({
      status: "completed",
      model: "m",
      fallback: { model: "n", failure: { code: "quota", phase: "draft" } },
    });
    expect(receipt.agents[1]).not.toHaveProperty("fallback");
  });

  it("has no third", () => {
    const run = scenario({ agents: ["a"], fallbacks });
    run.fails("a", { code: "quota" });
    run.fails("a", { code: "authentication" });
    expect(run.result()).toMatchObject({ status: "failed", failure: { code: "authentication" } });
    expect(run.announced("fallback-started")).toHaveLength(1);
  });

  it("may be missed while voting or presenting, too", () => {
    const run = scenario({ agents: ["a", "b"], fallbacks: { a: {}, b: {} }, delivery: "whole" });
    run.drafts("a", "one");
    run.drafts("b", "two");
    run.fails("b", { code: "not-found" });
    expect(run.order("b")).toMatchObject({ model: "fallback", purpose: { phase: "ballot", round: 1 } });
    run.votes("b", "a");
    run.votes("a", "a");
    run.fails("a", { code: "quota" });
    expect(run.order("a")).toMatchObject({ model: "fallback", purpose: { phase: "presentation" } });
    run.presents("a", "both");
    expect(run.result()).toMatchObject({ status: "answered", receipt: { presenter: "a", reasons: [] } });
  });
});

describe("the fallback stays out", () => {
  it("where a client has seen a part of the answer", () => {
    const run = scenario({ agents: ["a"], fallbacks });
    run.starts("a");
    run.fails("a", { code: "quota" }, true);
    expect(run.result().status).toBe("failed");
  });

  it("where it cannot see the images, or take the conversation", () => {
    for (const fallback of [{ able: false }, { contextTokens: 5 }]) {
      const run = scenario({ agents, fallbacks: { a: fallback } });
      run.fails("a");
      expect(run.announced("agent-failed")).toMatchObject([{ agentId: "a", failure: { code: "authentication" } }]);
      expect(run.state.agents.get("a")?.model).toBeUndefined();
    }
  });

  it("where the budget does not cover it", () => {
    const run = scenario({ agents, fallbacks, settings: { budget: { maxCalls: 3 } } });
    run.fails("a");
    expect(run.announced("agent-failed")).toHaveLength(1);
    expect([...run.state.degraded]).toContain("budget");
  });

  it("where no time is left", () => {
    const run = scenario({ agents, fallbacks, settings: { deadlineMs: 1000 } });
    run.nowMs = 900;
    run.fails("a");
    expect(run.announced("fallback-started")).toEqual([]);
  });
});

describe("limits", () => {
  it("are those of the model that is called", () => {
    const settings = { budget: { maxTokens: 100 } };
    const run = scenario({ agents: ["a"], fallbacks: { a: { outputTokens: 30, contextTokens: 4096 } }, settings });
    expect(run.state.calls.at(-1)).toMatchObject({ model: "primary", reservedTokens: 20 });
    run.fails("a");
    expect(run.state.calls.at(-1)).toMatchObject({ model: "fallback", reservedTokens: 40 });
  });

  it("of the other model are forgotten", () => {
    const run = scenario({ agents: ["a", "b"], contextTokens: 1100, fallbacks: { a: { contextTokens: 100_000 } } });
    run.drafts("b", "long ".repeat(500));
    run.drafts("a", "short");
    expect(run.order("a").purpose).toHaveProperty("shownChars");
    run.fails("a");
    expect(run.order("a").purpose).not.toHaveProperty("shownChars");
  });
});

it("a process that dies asks the fallback again, not the first model", () => {
  const run = scenario({ agents, fallbacks });
  run.fails("a");
  run.fact({ type: "resumed", cause: "lost", rules: 1, atMs: 5 });
  expect(run.order("a")).toMatchObject({ model: "fallback", repeats: "call-4" });
});
