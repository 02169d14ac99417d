import { describe, expect, it } from "vitest";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";
import { tokensOfChars } from "../token-estimate.ts";
import { estimateTokens, instructionChars } from "./budget.ts";
import { totalTokens } from "./usage.ts";

/** A run of two or more with an upper limit, in which nobody drafts the same. */
function limited(
  agents: readonly string[],
  budget: { maxCalls?: number; maxTokens?: number },
  options: Omit<ScenarioOptions, "agents"> = {},
): Scenario {
  return scenario({ agents, ...options, settings: { ...options.settings, budget } });
}

const spent = (tokens: number) => ({ inputTokens: tokens - 1, outputTokens: 1 });

describe("max_calls", () => {
  it("fails a run only if it does not reach for a single draft", () => {
    const run = limited(["a", "b"], { maxCalls: 0 });
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: {
        code: "budget-exhausted",
        message: expect.stringContaining("raise orchestrator.budget, or the request's own limit"),
      },
      receipt: { calls: { made: 0 }, agents: [{ status: "over-budget" }, { status: "over-budget" }] },
    });
  });

  it("leaves out the agents it does not reach for", () => {
    const run = limited(["a", "b", "c"], { maxCalls: 1 });
    expect(run.live()).toEqual(["a draft"]);
    expect(run.announced("agent-excluded").map((event) => [event.agentId, event.why])).toEqual([
      ["b", "budget"],
      ["c", "budget"],
    ]);
    run.drafts("a", "a says");
    expect(run.result().receipt).toMatchObject({ outcome: "single", reasons: ["budget"] });
  });

  it("first costs the synthesis: the winning text goes out as it is", () => {
    const run = limited(["a", "b"], { maxCalls: 4 });
    for (const id of ["a", "b"]) run.drafts(id, `${id} says`);
    run.votes("a", "b");
    run.votes("b", "b");
    expect(run.result()).toMatchObject({
      text: "b says",
      receipt: { outcome: "unanimous", finalAnswer: "select", reasons: ["budget"], calls: { made: 4 } },
    });
    expect(run.announced("limit-reached")).toMatchObject([{ limit: "budget" }]);
  });

  it("offers no revision when it does not reach for the round after it", () => {
    const revisable = (maxCalls: number): unknown => {
      const run = limited(["a", "b"], { maxCalls });
      for (const id of ["a", "b"]) run.drafts(id, `${id} says`);
      return run.announced("round-started")[0]?.revisable;
    };
    expect(revisable(5)).toBe(false);
    expect(revisable(6)).toBe(true);
  });

  it("lets as many vote as it reaches for, and draws when it reaches for none", () => {
    const some = limited(["a", "b", "c"], { maxCalls: 4 });
    for (const id of ["a", "b", "c"]) some.drafts(id, `${id} says`);
    expect(some.live()).toEqual(["a ballot"]);
    some.votes("a", "c");
    expect(some.result()).toMatchObject({ text: "c says", receipt: { reasons: ["budget"] } });

    const none = limited(["a", "b"], { maxCalls: 2 });
    for (const id of ["a", "b"]) none.drafts(id, `${id} says`);
    expect(none.result().receipt).toMatchObject({ outcome: "tied", reasons: ["budget"], calls: { made: 2 } });
  });

  it("counts a repetition as a call: without one left, an unusable ballot is an abstention", () => {
    const run = limited(["a", "b"], { maxCalls: 4 });
    for (const id of ["a", "b"]) run.drafts(id, `${id} says`);
    run.ballots("a", { kind: "unusable", problem: "no call" });
    run.votes("b", "a");
    expect(run.result().receipt).toMatchObject({ winner: "a", reasons: ["budget", "abstention"], calls: { made: 4 } });
  });

  it("counts a retry as a call: without one left, the agent failed", () => {
    const run = limited(["a", "b"], { maxCalls: 2 });
    run.fails("a", { code: "overloaded" });
    run.drafts("b", "b says");
    expect(run.result()).toMatchObject({ text: "b says", receipt: { reasons: ["budget", "agent-failed"] } });
  });

  it("is checked again when the wait before a retry is over", () => {
    const run = limited(["a", "b", "c"], { maxCalls: 4 });
    const [first, second] = [run.order("a").callId, run.order("b").callId];
    run.fails("a", { code: "overloaded" });
    run.fails("b", { code: "overloaded" });
    run.fires(`retry ${first}`);
    run.fires(`retry ${second}`);
    expect(run.live()).toEqual(["a draft", "c draft"]);
    expect(run.announced("agent-failed")).toMatchObject([{ agentId: "b", failure: { code: "overloaded" } }]);
  });
});

describe("max_tokens", () => {
  it("sets aside a prompt's characters / 3 plus what the call may write", () => {
    expect(tokensOfChars(300)).toBe(100);
    expect(tokensOfChars(301)).toBe(101);
    const both = limited(["a", "b"], { maxTokens: 220 }, { promptTokens: 100, outputTokens: 10 });
    expect(both.live()).toEqual(["a draft", "b draft"]);
    const one = limited(["a", "b"], { maxTokens: 219 }, { promptTokens: 100, outputTokens: 10 });
    expect(one.live()).toEqual(["a draft"]);
  });

  it("counts what a ballot shows, and our instructions", () => {
    const ballot = 10 + tokensOfChars(instructionChars + 600) + 10;
    const rounds = (maxTokens: number): number => {
      const run = limited(["a", "b"], { maxTokens }, { promptTokens: 10, outputTokens: 10 });
      run.drafts("a", "x".repeat(300), {}, spent(20));
      run.drafts("b", "y".repeat(300), {}, spent(20));
      return run.live().length;
    };
    expect(rounds(40 + 2 * ballot)).toBe(2);
    expect(rounds(40 + 2 * ballot - 1)).toBe(1);
  });

  it("counts the calls of a candidate as they are shown, and the reasons that a presenter reads", () => {
    const call = { id: "1", name: "look", arguments: "x".repeat(296) };
    const candidate = { id: "a", agentId: "a", version: 1, text: "", toolCalls: [call], cut: false };
    const { setup } = scenario({ agents: ["a"], promptTokens: 10, outputTokens: 10 }).state;
    const ballot = { phase: "ballot", round: 1, candidates: [candidate], revisable: false } as const;
    expect(estimateTokens(setup, "a", ballot)).toBe(10 + tokensOfChars(instructionChars + 300) + 10);
    const presentation = {
      phase: "presentation",
      candidates: [candidate],
      winner: "a",
      outcome: "single",
      tied: [],
      votes: [{ candidate: "a", reason: "r".repeat(300) }],
    } as const;
    expect(estimateTokens(setup, "a", presentation)).toBe(10 + tokensOfChars(instructionChars + 600) + 10);
  });

  it("replaces the estimate by what the provider reported", () => {
    const ballot = 10 + tokensOfChars(instructionChars + 6) + 10;
    const run = limited(["a", "b"], { maxTokens: 2 * ballot + 4 }, { promptTokens: 10, outputTokens: 10 });
    run.drafts("a", "one", {}, spent(2));
    run.drafts("b", "two", {}, spent(2));
    expect(run.live(), "the estimates of the drafts, 40 in all, would leave too little").toHaveLength(2);
  });

  it("keeps the estimate of a call that reported nothing", () => {
    const run = limited(["a", "b"], { maxTokens: 50 }, { promptTokens: 10, outputTokens: 10 });
    run.drafts("a", "one");
    run.drafts("b", "two");
    expect(run.result().receipt).toMatchObject({ outcome: "tied", reasons: ["budget"], usageComplete: false });
  });
});

describe("max_tokens of calls side by side", () => {
  /** Three drafts of 20 tokens each are out; the first one's call fails, reporting this, and asks for another 20. */
  const retried = (maxTokens: number, usage?: { totalTokens: number }): boolean => {
    const run = limited(["a", "b", "c"], { maxTokens }, { promptTokens: 10, outputTokens: 10 });
    expect(run.live()).toHaveLength(3);
    const failure = { code: "overloaded", message: "busy" } as const;
    const { callId } = run.order("a");
    run.fact({ type: "call-failed", callId, failure, begun: false, atMs: 0, ...(usage && { usage }) });
    run.fires(`retry ${callId}`);
    return run.live().includes("a draft");
  };

  it("counts what is set aside for those that are still out", () => {
    expect(retried(80)).toBe(true);
    expect(retried(79)).toBe(false);
  });

  it("counts what one of them reported, and still what is set aside for the others", () => {
    expect(retried(62, { totalTokens: 2 })).toBe(true);
    expect(retried(61, { totalTokens: 2 })).toBe(false);
  });

  it("keeps what was set aside for a call that was aborted before it reported", () => {
    const ballot = 10 + tokensOfChars(instructionChars + 6) + 10;
    const voters = (maxTokens: number): number => {
      const settings = { quorum: 2, stragglerGraceMs: 0 };
      const run = limited(["a", "b", "c"], { maxTokens }, { promptTokens: 10, outputTokens: 10, settings });
      run.drafts("a", "one", {}, spent(20));
      run.drafts("b", "two", {}, spent(20));
      run.fires("straggler");
      return run.live().length;
    };
    expect(voters(60 + 2 * ballot)).toBe(2);
    expect(voters(60 + 2 * ballot - 1)).toBe(1);
  });
});

describe("totalTokens", () => {
  it.each([
    [{ inputTokens: 3, outputTokens: 4 }, 7],
    [{ inputTokens: 3, outputTokens: 4, totalTokens: 9 }, 9],
    [{ totalTokens: 9 }, 9],
    [{ inputTokens: 3 }, undefined],
    [undefined, undefined],
  ])("of %j is %s: what is unknown is not 0", (usage, total) => {
    expect(totalTokens(usage)).toBe(total);
  });
});
