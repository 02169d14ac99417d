import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../errors.ts";
import { type Scenario, scenario } from "../testing/scenario.ts";

/** When the retry of the agent's last failed call is due, in milliseconds of the run; undefined when there is none. */
function retryAt(run: Scenario, callId: string): number | undefined {
  const timers = run.effects.flatMap((effect) =>
    effect.type === "start-timer" && effect.timer === `retry ${callId}` ? [effect.atMs] : [],
  );
  return timers.at(-1);
}

/** Fails the call an agent has out and lets the wait pass. */
function failAndWait(run: Scenario, agentId: string, code: ErrorCode): void {
  const { callId } = run.order(agentId);
  run.fails(agentId, { code });
  run.nowMs = retryAt(run, callId) ?? run.nowMs;
  run.fires(`retry ${callId}`);
}

describe("an agent that fails", () => {
  it("leaves the run; the others go on", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    run.fails("a", { code: "authentication", message: "wrong key" });
    run.drafts("b", "one");
    run.drafts("c", "two");
    expect(run.live()).toEqual(["b ballot", "c ballot"]);
    expect(run.announced("agent-failed")).toMatchObject([
      { agentId: "a", phase: "draft", failure: { message: "wrong key" } },
    ]);
    run.votes("b", "c");
    run.votes("c", "c");
    run.presents("c", "done");
    expect(run.result().receipt).toMatchObject({
      degraded: true,
      reasons: ["agent-failed"],
      agents: [{ id: "a", status: "failed", failure: { code: "authentication", phase: "draft" } }, {}, {}],
    });
  });

  it("while voting does not block, and its draft stays a candidate", () => {
    const run = scenario({ agents: ["a", "b", "c"], settings: { finalAnswer: "select" } });
    for (const id of ["a", "b", "c"]) run.drafts(id, `${id} says`);
    run.fails("a");
    run.votes("b", "a");
    run.votes("c", "a");
    expect(run.result()).toMatchObject({ text: "a says", receipt: { winner: "a", outcome: "unanimous" } });
  });

  it("is not asked in the next round", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    for (const id of ["a", "b", "c"]) run.drafts(id, `${id} says`);
    run.fails("a");
    run.revises("b", "better");
    run.votes("c", "b");
    expect(run.live()).toEqual(["b ballot", "c ballot"]);
  });

  it("adds nothing later", () => {
    const run = scenario({ agents: ["a", "b"] });
    const { callId } = run.order("a");
    run.fails("a");
    const before = run.state;
    const reply = { text: "late", toolCalls: [], finishReason: "stop" } as const;
    run.fact({ type: "draft-finished", callId, reply, atMs: 0 });
    expect(run.state).toEqual(before);
  });
});

describe("retries", () => {
  it.each(["rate-limited", "overloaded", "upstream-failed", "connection", "truncated"] as const)(
    "%s is tried again, twice at most",
    (code) => {
      const run = scenario({ agents: ["a", "b"] });
      failAndWait(run, "a", code);
      failAndWait(run, "a", code);
      expect(run.live()).toEqual(["a draft", "b draft"]);
      run.fails("a", { code });
      expect(run.live()).toEqual(["b draft"]);
      expect(run.announced("call-retried")).toHaveLength(2);
      expect(run.announced("agent-failed")).toHaveLength(1);
    },
  );

  it.each([
    "timeout",
    "authentication",
    "permission",
    "quota",
    "not-found",
    "invalid-request",
    "context-length",
    "content-filter",
    "invalid-response",
    "configuration",
    "internal",
  ] as const)("%s is never tried again", (code) => {
    const run = scenario({ agents: ["a", "b"] });
    run.fails("a", { code });
    expect(run.announced("call-retried")).toEqual([]);
    expect(run.announced("agent-failed")).toHaveLength(1);
  });

  it("follow a draft or a ballot that broke behind its first token like one that broke before: nobody has seen any of it", () => {
    const run = scenario({ agents: ["a", "b"] });
    run.fails("a", { code: "truncated" }, true);
    run.fires(`retry ${run.announced("call-retried").length === 1 ? "call-1" : "none"}`);
    run.drafts("a", "one");
    run.drafts("b", "two");
    run.fails("a", { code: "connection" }, true);
    expect(run.announced("call-retried")).toMatchObject([{ phase: "draft" }, { phase: "ballot" }]);
  });

  it("of a lone agent follow only what the client has not seen, reasoning included", () => {
    const retried = (delivery: "live" | "whole", begun: boolean, reasoningShown?: boolean): number => {
      const run = scenario({ agents: ["a"], delivery });
      const { callId } = run.order("a");
      if (begun) run.starts("a");
      const failure = { code: "connection", message: "it broke" } as const;
      const shown = reasoningShown !== undefined && { reasoningShown };
      run.fact({ type: "call-failed", callId, failure, begun, ...shown, atMs: 0 });
      return run.announced("call-retried").length;
    };
    expect([retried("live", false), retried("live", true)]).toEqual([1, 0]);
    expect([retried("whole", true), retried("whole", true, true)]).toEqual([1, 0]);
  });

  it("count what a broken call cost", () => {
    const run = scenario({ agents: ["a", "b"], settings: { budget: { maxTokens: 1000 } } });
    const failure = { code: "connection", message: "it broke" } as const;
    run.fact({ type: "call-failed", callId: "call-1", failure, begun: true, usage: { totalTokens: 990 }, atMs: 0 });
    expect(run.announced("call-retried")).toEqual([]);
    expect(run.announced("agent-failed")).toHaveLength(1);
  });

  it("wait exponentially, with jitter", () => {
    const delays = Array.from({ length: 20 }, (_, i) => {
      const run = scenario({ agents: ["a", "b"], seed: `run_${i}` });
      failAndWait(run, "a", "connection");
      failAndWait(run, "a", "connection");
      return run.announced("call-retried").map((event) => event.delayMs);
    });
    for (const [first = 0, second = 0] of delays) {
      expect(first).toBeGreaterThanOrEqual(375);
      expect(first).toBeLessThanOrEqual(625);
      expect(second).toBeGreaterThanOrEqual(750);
      expect(second).toBeLessThanOrEqual(1250);
    }
    expect(new Set(delays.map(([first]) => first)).size).toBeGreaterThan(10);
  });

  it("wait as long as the provider says", () => {
    const run = scenario({ agents: ["a", "b"] });
    const { callId } = run.order("a");
    run.nowMs = 1000;
    run.fails("a", { code: "rate-limited", retryAfterMs: 20_000 });
    expect(retryAt(run, callId)).toBe(21_000);
  });

  it("are given up when the wait reaches beyond the time for drafts and ballots", () => {
    const run = scenario({ agents: ["a", "b"], settings: { deadlineMs: 40_000 } });
    run.fails("a", { code: "rate-limited", retryAfterMs: 30_000 });
    expect(run.announced("call-retried")).toEqual([]);
    run.fails("b", { code: "rate-limited", retryAfterMs: 29_000 });
    expect(run.announced("call-retried")).toHaveLength(1);
  });

  it("of a lone agent may use the whole time", () => {
    const run = scenario({ agents: ["a"], settings: { deadlineMs: 40_000 } });
    run.fails("a", { code: "rate-limited", retryAfterMs: 39_000 });
    expect(run.announced("call-retried")).toHaveLength(1);
  });
});

describe("a presentation that fails before its first word", () => {
  /** Two agents whose drafts and votes are in after 30 of 40 seconds: the rest is kept for presenting. */
  const presenting = (): Scenario => {
    const run = scenario({ agents: ["a", "b"], settings: { deadlineMs: 40_000 } });
    for (const id of ["a", "b"]) run.drafts(id, `${id} says`);
    run.nowMs = 29_000;
    for (const id of ["a", "b"]) run.votes(id, "a");
    expect(run.live()).toEqual(["a presentation"]);
    return run;
  };

  it("is tried again as long as a presentation may begin", () => {
    const run = presenting();
    run.fails("a", { code: "rate-limited", retryAfterMs: 5_999 });
    expect(run.announced("call-retried")).toMatchObject([{ agentId: "a", phase: "presentation", delayMs: 5_999 }]);
  });

  it("is not tried again when the winning text would have gone out: the next author presents", () => {
    const run = presenting();
    run.fails("a", { code: "rate-limited", retryAfterMs: 6_000 });
    expect(run.announced("call-retried")).toEqual([]);
    expect(run.live()).toEqual(["b presentation"]);
  });

  it("is not tried again once it has begun", () => {
    const run = presenting();
    run.fails("a", { code: "connection" }, true);
    expect(run.announced("call-retried")).toEqual([]);
  });
});

describe("when all agents failed", () => {
  const failureOf = (...codes: readonly ErrorCode[]): unknown => {
    const agents = codes.map((_, i) => `agent-${i}`);
    const run = scenario({ agents });
    // Beyond the deadline nothing is tried again.
    const retryAfterMs = 2_000_000;
    for (const [i, code] of codes.entries()) run.fails(`agent-${i}`, { code, message: `${code}!`, retryAfterMs });
    const result = run.result();
    return result.status === "failed" ? result.failure.code : result.status;
  };

  it.each([
    [["rate-limited", "rate-limited"], "rate-limited"],
    [["context-length", "context-length"], "context-length"],
    [["permission", "permission"], "permission"],
    [["timeout", "timeout"], "timeout"],
    [["authentication", "authentication"], "authentication"],
    [["authentication", "permission"], "agents-failed"],
    [["authentication", "timeout"], "timeout"],
    [["rate-limited", "permission"], "rate-limited"],
    [["content-filter", "permission"], "content-filter"],
    [["timeout", "connection"], "timeout"],
    [["timeout", "overloaded", "connection"], "timeout"],
    [["timeout", "upstream-failed"], "timeout"],
    [["overloaded", "upstream-failed"], "agents-failed"],
    [["quota", "quota"], "quota"],
    [["quota", "rate-limited"], "rate-limited"],
    [["quota", "permission"], "quota"],
    [["overloaded", "overloaded"], "overloaded"],
    [["overloaded", "permission"], "agents-failed"],
    [["quota", "authentication"], "agents-failed"],
    [["timeout", "rate-limited"], "agents-failed"],
    [["context-length", "content-filter"], "invalid-request"],
    [["context-length", "timeout"], "agents-failed"],
    [["connection", "overloaded"], "agents-failed"],
  ] as const)("%j together are %s", (codes, code) => {
    expect(failureOf(...codes)).toBe(code);
  });

  it("the message names each agent and its reason, and the shortest wait is kept", () => {
    const run = scenario({ agents: ["ada", "bob"], settings: { deadlineMs: 10_000 } });
    run.fails("ada", { code: "rate-limited", message: "slow down", retryAfterMs: 30_000 });
    run.fails("bob", { code: "rate-limited", message: "quota used up", retryAfterMs: 20_000 });
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: {
        code: "rate-limited",
        message: "No agent could answer. ada: slow down; bob: quota used up",
        retryAfterMs: 20_000,
      },
      receipt: { outcome: "failed" },
    });
    expect(run.result().receipt).not.toHaveProperty("winner");
  });

  it("the field a provider complained about is named when they agree on the class", () => {
    const run = scenario({ agents: ["a", "b"] });
    run.fails("a", { code: "invalid-request", param: "temperature" });
    run.fails("b", { code: "invalid-request" });
    expect(run.result()).toMatchObject({ failure: { code: "invalid-request", param: "temperature" } });
  });

  it("nobody can see the images: nothing is called", () => {
    const run = scenario({ agents: ["a", "b"], unable: ["a", "b"] });
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: { code: "invalid-request" },
      receipt: { calls: { made: 0 } },
    });
  });
});

describe("a cancelled run", () => {
  it("aborts every call at once and starts nothing new", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    run.fails("c", { code: "overloaded" });
    const started = run.effects.filter((effect) => effect.type === "start-call").length;
    run.fact({ type: "cancelled", atMs: 5 });
    expect(run.result()).toMatchObject({ status: "cancelled", receipt: { outcome: "failed", calls: { aborted: 2 } } });
    expect(run.effects.filter((effect) => effect.type === "start-call")).toHaveLength(started);
    expect(run.live()).toEqual([]);
    const { length } = run.effects;
    run.fires("deadline");
    expect(run.effects).toHaveLength(length);
  });
});
