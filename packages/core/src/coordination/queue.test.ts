// Calls that wait for their turn at the provider: what they cost, and when they are given up.
import { describe, expect, it } from "vitest";
import { scenario } from "../testing/scenario.ts";

const usage = { inputTokens: 1, outputTokens: 1 };

describe("a call that waits for its turn", () => {
  it("is told of once, and when it is sent", () => {
    const run = scenario({ agents: ["a", "b"] });
    run.queues("b", 1500);
    run.queues("b", 2500);
    run.sends("b");
    expect(run.announced("call-queued")).toEqual([
      { type: "call-queued", agentId: "b", phase: "draft", leastMs: 1500, reason: "max_concurrency 1" },
    ]);
    expect(run.announced("call-sent")).toEqual([{ type: "call-sent", agentId: "b", phase: "draft" }]);
  });

  it("was not made when the others agree before its turn, and makes no account incomplete", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    run.queues("c");
    run.drafts("a", "yes", {}, usage);
    run.drafts("b", "yes", {}, usage);
    expect(run.result().receipt).toMatchObject({
      outcome: "majority",
      calls: { made: 2, aborted: 0, saved: { agreement: 5 } },
      usageComplete: true,
    });
  });

  it("was made when its turn had come", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    run.queues("c");
    run.sends("c");
    run.drafts("a", "yes", {}, usage);
    run.drafts("b", "yes", {}, usage);
    expect(run.result().receipt).toMatchObject({ calls: { made: 3, aborted: 1 }, usageComplete: false });
  });

  it("that the deadline ends is told from one that got no answer", () => {
    const run = scenario({ agents: ["a", "b"], settings: { deadlineMs: 40_000 } });
    run.queues("b");
    run.nowMs = 30_000;
    run.fires("reserve");
    const late = "no answer within the 30 s that the run's deadline leaves for drafts";
    expect(run.result()).toMatchObject({
      failure: {
        code: "timeout",
        message: `No agent could answer. a: ${late}; b: ${late} (its call waited for its turn)`,
      },
    });
  });

  it("gives what was set aside for it back to the budget when it was never sent", () => {
    const settings = { budget: { maxCalls: 3 }, finalAnswer: "select" } as const;
    const run = scenario({ agents: ["a", "b", "c"], settings });
    run.queues("c", 1_800_000);
    run.drafts("a", "yes");
    run.drafts("b", "no");
    expect(run.live(), "one call is left").toEqual(["a ballot"]);
  });
});

describe("a turn that cannot come in time", () => {
  const settings = { deadlineMs: 60_000 };

  it("is not waited for: the agent leaves with the reason and the time to come back, and the others go on", () => {
    const run = scenario({ agents: ["a", "b", "c"], settings });
    run.queues("c", 44_999);
    expect(run.live()).toContain("c draft");
    run.queues("c", 45_000);
    expect(run.live()).toEqual(["a draft", "b draft"]);
    expect(run.announced("agent-failed")).toEqual([
      {
        type: "agent-failed",
        agentId: "c",
        phase: "draft",
        remaining: 2,
        failure: {
          code: "rate-limited",
          message: "not sent: its turn comes in 45 s at the earliest (max_concurrency 1), too late for this run",
          retryAfterMs: 45_000,
        },
      },
    ]);
    run.drafts("a", "yes");
    run.drafts("b", "no");
    expect(run.live()).toEqual(["a ballot", "b ballot"]);
  });

  it("ends a run that has nothing else as rate-limited, with the shortest wait", () => {
    const run = scenario({ agents: ["a", "b"], settings });
    run.queues("a", 59_000);
    run.queues("b", 50_000);
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: { code: "rate-limited", retryAfterMs: 50_000 },
      receipt: { calls: { made: 0 } },
    });
  });

  it("leaves a vote to the ballots that came, and a final answer to the next author", () => {
    const run = scenario({ agents: ["a", "b"], settings });
    run.drafts("a", "yes");
    run.drafts("b", "no");
    run.queues("a", 50_000);
    run.votes("b", "b");
    expect(run.live()).toEqual(["b presentation"]);
    run.queues("b", 52_500);
    expect(run.result()).toMatchObject({ status: "answered", text: "no", receipt: { calls: { made: 3, aborted: 0 } } });
  });

  it("of a team of one is waited for up to the deadline", () => {
    const run = scenario({ agents: ["a"], settings });
    run.queues("a", 59_999);
    expect(run.live()).toEqual(["a draft"]);
    run.queues("a", 60_000);
    expect(run.result()).toMatchObject({ status: "failed", failure: { code: "rate-limited", retryAfterMs: 60_000 } });
  });
});
