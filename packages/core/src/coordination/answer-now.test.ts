import { describe, expect, it } from "vitest";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";
import { answerNowEffect } from "./answer-now.ts";
import { initialState } from "./state.ts";

/** Asks for the answer now. Returns what that is said to do. */
function ask(run: Scenario): string {
  const effect = answerNowEffect(run.state);
  run.fact({ type: "answer-now", atMs: run.nowMs });
  return effect;
}

const three = (more: Partial<ScenarioOptions> = {}): Scenario => scenario({ agents: ["a", "b", "c"], ...more });

describe("the answer is wanted now", () => {
  it("while drafting: the only draft in hand is the answer, and nobody else is waited for", () => {
    const run = three();
    run.drafts("b", "yes");
    expect(ask(run)).toBe("decided");
    expect(run.result()).toMatchObject({
      status: "answered",
      text: "yes",
      receipt: { outcome: "single", winner: "b", reasons: ["answer-now"], calls: { made: 3, aborted: 2 } },
    });
    expect(run.announced("answer-now")).toEqual([{ type: "answer-now", consequence: "no vote is held" }]);
    expect(run.announced("agent-dropped").map(({ agentId, why }) => [agentId, why])).toEqual([
      ["a", "answer-now"],
      ["c", "answer-now"],
    ]);
    expect(run.state.agents.get("a")?.status).toBe("not-needed");
  });

  it("while drafting: of several drafts one is drawn", () => {
    const run = three();
    run.drafts("a", "yes");
    run.drafts("b", "no");
    ask(run);
    expect(run.result()).toMatchObject({ receipt: { outcome: "tied", rounds: 0, finalAnswer: "select" } });
  });

  it("before the first draft: that one will be the answer", () => {
    const run = three();
    expect(ask(run)).toBe("waiting");
    expect(ask(run)).toBe("waiting");
    expect(run.announced("answer-now")).toHaveLength(1);
    expect(run.live()).toEqual(["a draft", "b draft", "c draft"]);
    run.drafts("c", "yes");
    expect(run.result()).toMatchObject({ text: "yes", receipt: { winner: "c", reasons: ["answer-now"] } });
  });

  it("before the run has begun: it is remembered", () => {
    const run = three();
    run.state = initialState(run.state.setup);
    expect(ask(run)).toBe("waiting");
    run.fact({ type: "run-started", atMs: 0 });
    run.drafts("b", "yes");
    expect(run.result()).toMatchObject({ text: "yes", receipt: { winner: "b" } });
  });

  it("a draft that breaks the client's format cannot be delivered and does not count", () => {
    const run = three({ delivery: "whole" });
    run.drafts("a", "no json", { violation: "it is not JSON", finishReason: "length" });
    run.drafts("b", "nor this", { violation: "it is not JSON" });
    run.drafts("b", "nor this", { violation: "it is not JSON" });
    expect(ask(run)).toBe("decided");
    expect(run.result()).toMatchObject({ text: "no json", finishReason: "length" });
    const other = three({ delivery: "whole" });
    other.drafts("b", "no json", { violation: "it is not JSON" });
    other.drafts("b", "no json", { violation: "it is not JSON" });
    expect(ask(other)).toBe("waiting");
    other.drafts("c", "{}");
    expect(other.result()).toMatchObject({ text: "{}", receipt: { winner: "c" } });
  });

  it("while voting: the ballots in hand decide, and the winner still presents", () => {
    const run = three({ settings: { earlyStop: false } });
    for (const id of ["a", "b", "c"]) run.drafts(id, id);
    run.votes("a", "b");
    expect(ask(run)).toBe("decided");
    expect(run.announced("answer-now")[0]?.consequence).toBe("the ballots in hand decide");
    expect(run.live()).toEqual(["b presentation"]);
    expect(ask(run)).toBe("decided");
    expect(run.result()).toMatchObject({
      text: "b",
      receipt: { winner: "b", outcome: "unanimous", reasons: ["answer-now", "presenter-fallback"] },
    });
  });

  it("has no effect on a lone agent, on an answer that has begun, and after the end", () => {
    const solo = scenario({ agents: ["a"] });
    expect(ask(solo)).toBe("none");
    expect(solo.live()).toEqual(["a draft"]);

    const run = three();
    for (const id of ["a", "b", "c"]) run.drafts(id, id);
    for (const id of ["a", "b", "c"]) if (run.live().includes(`${id} ballot`)) run.votes(id, id === "a" ? "b" : "a");
    const [presenter = ""] = run.live().map((live) => live.split(" ")[0]);
    run.starts(presenter);
    expect(ask(run)).toBe("none");
    expect(run.state.degraded.size).toBe(0);
    run.presents(presenter, "the end");
    expect(ask(run)).toBe("none");
    expect(run.result()).toMatchObject({ text: "the end" });
  });
});
