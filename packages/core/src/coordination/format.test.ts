import { describe, expect, it } from "vitest";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";

const broken = { violation: "/a must be string" };
const cut = { finishReason: "length" } as const;

/** A run whose client asked for a format: nothing is delivered before the end. */
const formatted = (options: ScenarioOptions): Scenario => scenario({ delivery: "whole", ...options });

/** Drafts that break the format twice. */
function draftsBroken(run: Scenario, agentId: string, text: string): void {
  run.drafts(agentId, `${text}, first`, broken);
  run.drafts(agentId, text, broken);
}

describe("a draft that breaks the format", () => {
  it("is asked for again once, with what it was and what is wrong with it", () => {
    const run = formatted({ agents: ["a", "b"] });
    run.drafts("a", "no json", broken);
    expect(run.order("a")).toMatchObject({
      purpose: { phase: "draft" },
      retryOf: { answer: "no json", problem: expect.stringContaining("/a must be string") },
    });
    expect(run.announced("reply-rejected")).toMatchObject([{ agentId: "a", phase: "draft" }]);
    run.drafts("a", "{}");
    run.drafts("b", "[]");
    expect(run.state.candidates.map(({ text, violation }) => [text, violation])).toEqual([
      ["{}", undefined],
      ["[]", undefined],
    ]);
  });

  it("stays off the ballot when it breaks it again, and its author votes", () => {
    const run = formatted({ agents: ["a", "b", "c"] });
    draftsBroken(run, "a", "no json");
    run.drafts("b", "{}");
    run.drafts("c", "[]");
    expect(run.announced("round-started")).toMatchObject([{ voters: ["a", "b", "c"], candidates: ["b", "c"] }]);
    const { purpose } = run.order("a");
    expect(purpose.phase === "ballot" && purpose.candidates.map(({ id }) => id).toSorted()).toEqual(["b", "c"]);
  });

  it("loses to a single one that keeps it, without a ballot", () => {
    const run = formatted({ agents: ["a", "b"] });
    draftsBroken(run, "a", "no json");
    run.drafts("b", "{}");
    expect(run.result()).toMatchObject({ text: "{}", receipt: { outcome: "single", winner: "b", calls: { made: 3 } } });
  });

  it("agrees with nobody", () => {
    const run = formatted({ agents: ["a", "b", "c"] });
    draftsBroken(run, "a", "same");
    draftsBroken(run, "b", "same");
    expect(run.live()).toEqual(["c draft"]);
    run.drafts("c", "{}");
    expect(run.result()).toMatchObject({ text: "{}", receipt: { winner: "c" } });
  });

  it("does not end the wait for a quorum", () => {
    const run = formatted({ agents: ["a", "b", "c"], settings: { quorum: 1, stragglerGraceMs: 10 } });
    draftsBroken(run, "a", "no json");
    expect(run.state.stragglerAtMs).toBeUndefined();
    run.drafts("b", "{}");
    expect(run.state.stragglerAtMs).toBe(10);
  });

  it("is not repaired when it was cut: the same limit would cut it again", () => {
    const run = formatted({ agents: ["a", "b"] });
    run.drafts("a", '{"a":', { ...broken, ...cut });
    expect(run.live()).toEqual(["b draft"]);
  });

  it("is not repaired beyond the budget", () => {
    const run = formatted({ agents: ["a", "b"], settings: { budget: { maxCalls: 2 } } });
    run.drafts("a", "no json", broken);
    run.drafts("b", "{}");
    expect(run.result()).toMatchObject({
      text: "{}",
      receipt: { winner: "b", reasons: ["budget"], calls: { made: 2 } },
    });
  });

  it("fails its agent when the repair is no answer at all", () => {
    const run = formatted({ agents: ["a", "b"] });
    run.drafts("a", "no json", broken);
    run.drafts("a", "", { problem: "it was empty" });
    run.drafts("b", "{}");
    expect(run.result().receipt.agents[0]).toMatchObject({ status: "failed", failure: { message: "it was empty" } });
  });
});

describe("when no draft keeps the format", () => {
  const allBroken = (settings: ScenarioOptions["settings"] = {}): Scenario => {
    const run = formatted({ agents: ["a", "b"], settings });
    draftsBroken(run, "a", "a says");
    draftsBroken(run, "b", "b says");
    return run;
  };

  it("all are on the ballot, and the presenter may still write an answer that does", () => {
    const run = allBroken();
    expect(run.announced("round-started")).toMatchObject([{ candidates: ["a", "b"] }]);
    run.votes("a", "b");
    run.votes("b", "b");
    run.presents("b", "{}");
    expect(run.result()).toMatchObject({ status: "answered", text: "{}", receipt: { winner: "b" } });
  });

  it("a revision that does wins without another ballot", () => {
    const run = allBroken({ earlyStop: false });
    run.revises("a", "{}");
    run.votes("b", "b");
    expect(run.result()).toMatchObject({ text: "{}", receipt: { winner: "a", outcome: "single", rounds: 1 } });
  });

  it("and the presentation breaks it twice, the run fails and says what is wrong", () => {
    const run = allBroken();
    run.votes("a", "b");
    run.votes("b", "b");
    run.presents("b", "nor this", broken);
    expect(run.order("b").retryOf).toMatchObject({ answer: "nor this" });
    run.presents("b", "nor that", broken);
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: {
        code: "invalid-response",
        message: "No answer keeps the requested response format. a: /a must be string; b: /a must be string",
      },
    });
    expect(run.effects.some((effect) => effect.type === "deliver")).toBe(false);
  });

  it("and there is no presentation, the run fails", () => {
    const run = allBroken({ finalAnswer: "select" });
    run.votes("a", "b");
    run.votes("b", "b");
    expect(run.result()).toMatchObject({ status: "failed", failure: { code: "invalid-response" } });
  });

  it("one that was cut goes out as it is when it wins, and says so", () => {
    const run = formatted({ agents: ["a", "b"], settings: { finalAnswer: "select" } });
    draftsBroken(run, "a", "a says");
    run.drafts("b", '{"a":', { ...broken, ...cut });
    run.votes("a", "b");
    run.votes("b", "b");
    expect(run.result()).toMatchObject({ status: "answered", text: '{"a":', finishReason: "length" });
  });

  it("a presentation that was cut goes out as it is, and says so", () => {
    const run = allBroken();
    run.votes("a", "b");
    run.votes("b", "b");
    run.presents("b", '{"a":', { ...broken, ...cut });
    expect(run.result()).toMatchObject({ status: "answered", text: '{"a":', finishReason: "length" });
  });
});

describe("a presentation that breaks the format", () => {
  const voted = (settings: ScenarioOptions["settings"] = {}): Scenario => {
    const run = formatted({ agents: ["a", "b"], settings });
    run.drafts("a", "{}");
    run.drafts("b", "[]");
    run.votes("a", "b");
    run.votes("b", "b");
    return run;
  };

  it("is asked for again once", () => {
    const run = voted();
    run.starts("b");
    run.presents("b", "no json", broken);
    expect(run.order("b")).toMatchObject({ purpose: { phase: "presentation" }, retryOf: { answer: "no json" } });
    expect(run.effects.at(-1)).toMatchObject({ type: "start-timer", timer: "presenter" });
    run.presents("b", "[1]");
    expect(run.result()).toMatchObject({ text: "[1]", receipt: { degraded: false, calls: { made: 6 } } });
  });

  it("gives way to the winning text when it breaks it again", () => {
    const run = voted();
    run.presents("b", "no json", broken);
    run.presents("b", "no json", broken);
    expect(run.result()).toMatchObject({
      text: "[]",
      receipt: { winner: "b", finalAnswer: "select", reasons: ["agent-failed", "presenter-fallback"] },
    });
  });

  it("gives way to the winning text at once when it was cut", () => {
    const run = voted();
    run.presents("b", "[1", { ...broken, ...cut });
    expect(run.result()).toMatchObject({ text: "[]", finishReason: "stop", receipt: { calls: { made: 5 } } });
  });

  it("gives way to the winning text when the budget does not reach for a repair", () => {
    const run = voted({ budget: { maxCalls: 5 } });
    run.presents("b", "no json", broken);
    expect(run.result()).toMatchObject({ text: "[]", receipt: { calls: { made: 5 } } });
  });

  it("gives way to the winning text when there is no time for a repair", () => {
    const run = voted({ deadlineMs: 1000 });
    run.starts("b");
    run.nowMs = 900;
    run.presents("b", "no json", broken);
    expect(run.result()).toMatchObject({ text: "[]", receipt: { calls: { made: 5 } } });
  });

  it("gives way to the winning text when the repair takes too long", () => {
    const run = voted();
    run.presents("b", "no json", broken);
    run.fires("presenter");
    expect(run.result()).toMatchObject({ text: "[]", receipt: { reasons: ["deadline", "presenter-fallback"] } });
  });
});

describe("an agent alone", () => {
  it("repairs its answer once", () => {
    const run = formatted({ agents: ["a"] });
    run.drafts("a", "no json", broken);
    run.drafts("a", "{}");
    expect(run.result()).toMatchObject({ text: "{}", receipt: { calls: { made: 2 } } });
  });

  it("fails the run when that breaks the format as well", () => {
    const run = formatted({ agents: ["a"] });
    draftsBroken(run, "a", "no json");
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: { code: "invalid-response", message: expect.stringContaining("a: /a must be string") },
    });
  });

  it("has a cut answer go out as it is", () => {
    const run = formatted({ agents: ["a"] });
    run.drafts("a", '{"a":', { ...broken, ...cut });
    expect(run.result()).toMatchObject({ text: '{"a":', finishReason: "length", receipt: { calls: { made: 1 } } });
  });
});

describe("the deadline", () => {
  it("lets the best answer win that keeps the format", () => {
    const run = formatted({ agents: ["a", "b", "c"], settings: { deadlineMs: 1000 } });
    draftsBroken(run, "a", "a says");
    run.drafts("b", "{}");
    run.nowMs = 750;
    run.fires("reserve");
    expect(run.result()).toMatchObject({ text: "{}", receipt: { winner: "b" } });
  });
});
