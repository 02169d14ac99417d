import { describe, expect, it } from "vitest";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";

const timerAt = (run: Scenario, timer: string): number | undefined =>
  run.effects
    .flatMap((effect) => (effect.type === "start-timer" && effect.timer === timer ? [effect.atMs] : []))
    .at(-1);

function voting(agents: readonly string[], options: Omit<ScenarioOptions, "agents"> = {}): Scenario {
  const run = scenario({ agents, ...options });
  for (const id of agents) run.drafts(id, `${id} says`);
  return run;
}

describe("the time kept for presenting", () => {
  it.each([
    [1_800_000, 1_740_000],
    [240_000, 180_000],
    [100_000, 75_000],
  ])("of %i ms in all, drafting and voting end at %i", (deadlineMs, reserveAt) => {
    const run = scenario({ agents: ["a", "b"], settings: { deadlineMs } });
    expect(timerAt(run, "deadline")).toBe(deadlineMs);
    expect(timerAt(run, "reserve")).toBe(reserveAt);
  });

  it("is not kept for a lone agent", () => {
    expect(timerAt(scenario({ agents: ["a"] }), "reserve")).toBeUndefined();
  });

  it("lets the presenter half of it for its first token", () => {
    const run = voting(["a", "b"], { settings: { deadlineMs: 100_000 } });
    run.votes("a", "b");
    run.votes("b", "b");
    expect(timerAt(run, "presenter")).toBe(87_500);
  });
});

describe("when drafting and voting must end", () => {
  const settings = { deadlineMs: 100_000 };

  it("without a draft the run is a timeout", () => {
    const run = scenario({ agents: ["a", "b"], settings });
    run.fails("a", { code: "authentication", message: "wrong key" });
    run.nowMs = 75_000;
    run.fires("reserve");
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: {
        code: "timeout",
        message:
          "No agent could answer. a: wrong key; b: no answer within the 75 s that the run's deadline leaves for drafts",
      },
      receipt: { calls: { aborted: 1, failed: 1 } },
    });
  });

  it("what an agent was tried again after is named, and stands in the receipt", () => {
    const run = scenario({ agents: ["a", "b"], settings });
    run.fails("a", { code: "authentication", message: "wrong key" });
    run.fails("b", { code: "rate-limited", message: "b m: the rate limit (HTTP 429)", retryAfterMs: 2000 });
    run.nowMs = 2000;
    run.fires("retry call-2");
    run.nowMs = 75_000;
    run.fires("reserve");
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: {
        code: "timeout",
        message: expect.stringContaining(
          "leaves for drafts (tried again after: b m: the rate limit (HTTP 429))",
        ) as string,
      },
      receipt: { agents: [{}, { id: "b", status: "too-slow", failure: { code: "rate-limited", phase: "draft" } }] },
    });
  });

  it("one draft wins", () => {
    const run = scenario({ agents: ["a", "b"], settings });
    run.drafts("a", "a says");
    run.fires("reserve");
    expect(run.result()).toMatchObject({
      text: "a says",
      receipt: { outcome: "single", reasons: ["deadline"], agents: [{}, { id: "b", status: "too-slow" }] },
    });
    expect(run.announced("agent-dropped")).toEqual([
      { type: "agent-dropped", agentId: "b", why: "deadline", called: true },
    ]);
  });

  it("several drafts without a vote: a draw, and its winner's draft goes out as it is", () => {
    const run = scenario({ agents: ["a", "b", "c"], settings });
    run.drafts("a", "a says");
    run.drafts("b", "b says");
    run.nowMs = 75_000;
    run.fires("reserve");
    expect(run.result()).toMatchObject({
      text: expect.stringMatching(/^[ab] says$/) as string,
      receipt: { outcome: "tied", finalAnswer: "select", reasons: ["deadline"] },
    });
  });

  it("several drafts without a vote, and a final answer demanded: the one drawn presents", () => {
    const run = scenario({ agents: ["a", "b", "c"], settings: { ...settings, finalAnswer: "synthesize" } });
    run.drafts("a", "a says");
    run.drafts("b", "b says");
    run.nowMs = 75_000;
    run.fires("reserve");
    expect(run.live()).toHaveLength(1);
    const id = run.live()[0]?.slice(0, 1) ?? "";
    run.starts(id);
    run.presents(id, "done");
    expect(run.result()).toMatchObject({ text: "done", receipt: { outcome: "tied", reasons: ["deadline"] } });
  });

  it("the ballots in hand decide", () => {
    const run = voting(["a", "b", "c"], { settings });
    const out = ["b", "c"].map((id) => run.order(id).callId);
    run.votes("a", "c");
    run.fires("reserve");
    for (const callId of out) expect(run.effects).toContainEqual({ type: "abort-call", callId });
    expect(run.live()).toEqual(["c presentation"]);
    run.presents("c", "done");
    expect(run.result().receipt).toMatchObject({ outcome: "unanimous", tally: { c: 1 }, reasons: ["deadline"] });
  });

  it("ballots of a round in which somebody revised do not count", () => {
    const run = voting(["a", "b", "c"], { settings: { ...settings, finalAnswer: "select" } });
    run.revises("a", "better");
    run.votes("b", "c");
    run.fires("reserve");
    expect(run.result().receipt).toMatchObject({ outcome: "tied", tally: {}, degraded: true });
  });

  it("a presentation under way goes on", () => {
    const run = voting(["a", "b"], { settings });
    run.votes("a", "b");
    run.votes("b", "b");
    run.fires("reserve");
    expect(run.live()).toEqual(["b presentation"]);
    run.presents("b", "done");
    expect(run.result().receipt.degraded).toBe(false);
  });
});

describe("a presenter without a token by half of its time", () => {
  function presenting(delivery: "live" | "whole" = "live"): Scenario {
    const run = voting(["a", "b"], { delivery });
    run.votes("a", "b");
    run.votes("b", "b");
    return run;
  }

  it("gives way to the winning text, degraded", () => {
    const run = presenting();
    const { callId } = run.order("b");
    run.fires("presenter");
    expect(run.effects).toContainEqual({ type: "abort-call", callId });
    expect(run.effects).toContainEqual({ type: "deliver", text: "b says", toolCalls: [] });
    expect(run.result()).toMatchObject({
      text: "b says",
      receipt: { finalAnswer: "select", reasons: ["deadline", "presenter-fallback"] },
    });
  });

  it("is not disturbed once it has one", () => {
    const run = presenting();
    run.starts("b");
    expect(run.effects).toContainEqual({ type: "stop-timer", timer: "presenter" });
    run.fires("presenter");
    expect(run.live()).toEqual(["b presentation"]);
  });

  it("that fails later than that has no successor: the winning text goes out", () => {
    const run = presenting("whole");
    run.starts("b");
    run.nowMs = 1_790_000;
    run.fails("b", {}, true);
    expect(run.result()).toMatchObject({ text: "b says", receipt: { presenter: "b" } });
  });
});

describe("the deadline", () => {
  it("ends a half-delivered answer with an error", () => {
    const run = voting(["a", "b"], { settings: { deadlineMs: 100_000 } });
    run.votes("a", "b");
    run.votes("b", "b");
    run.starts("b");
    run.nowMs = 100_000;
    run.fires("deadline");
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: { code: "timeout", message: "No complete answer within 100 s." },
    });
    expect(run.effects.some((effect) => effect.type === "deliver")).toBe(false);
  });

  it("gives out the winning text where nobody has seen the half-written one", () => {
    const run = voting(["a", "b"], { delivery: "whole" });
    run.votes("a", "b");
    run.votes("b", "b");
    run.starts("b");
    run.fires("deadline");
    expect(run.result()).toMatchObject({ status: "answered", text: "b says", receipt: { degraded: true } });
  });

  it.each(["live", "whole"] as const)("ends a lone agent with a timeout (%s)", (delivery) => {
    const run = scenario({ agents: ["a"], delivery });
    run.fires("deadline");
    expect(run.result()).toMatchObject({ status: "failed", failure: { code: "timeout" } });
  });

  it("ends a run in any phase, even if it is the first timer to fire", () => {
    const drafting = scenario({ agents: ["a", "b"] });
    drafting.drafts("a", "a says");
    drafting.fires("deadline");
    expect(drafting.result()).toMatchObject({ text: "a says" });

    const ballots = voting(["a", "b", "c"]);
    ballots.votes("a", "b");
    ballots.fires("deadline");
    expect(ballots.result()).toMatchObject({ text: "b says", receipt: { winner: "b" } });
  });
});
