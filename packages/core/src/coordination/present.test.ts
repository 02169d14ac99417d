import { describe, expect, it } from "vitest";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";

/** A run of three in which everyone voted for b, and c is next: b is about to present. */
function presenting(options: Omit<ScenarioOptions, "agents"> = {}): Scenario {
  const run = scenario({ agents: ["a", "b", "c"], ...options });
  for (const id of ["a", "b", "c"]) run.drafts(id, `${id} says`);
  run.votes("b", "c");
  run.votes("a", "b");
  run.votes("c", "b");
  return run;
}

const delivered = (run: Scenario): string[] =>
  run.effects.flatMap((effect) => (effect.type === "deliver" ? [effect.text] : []));

describe("the final answer", () => {
  it("auto: the winner is called once more after a vote", () => {
    const run = presenting();
    expect(run.live()).toEqual(["b presentation"]);
    run.starts("b");
    run.presents("b", "the answer", { finishReason: "length" });
    expect(run.result()).toMatchObject({ text: "the answer", finishReason: "length" });
    expect(delivered(run), "it was delivered while it was written").toEqual([]);
  });

  it("auto: a winner that is a tool call goes to the client as it is", () => {
    const toolCall = { id: "call_1", name: "look", arguments: "{}" };
    const run = scenario({ agents: ["a", "b"], settings: { finalAnswer: "synthesize" } });
    run.drafts("a", "", { toolCalls: [toolCall], finishReason: "tool-calls" });
    run.drafts("b", "no tool");
    run.votes("a", "a");
    run.votes("b", "a");
    expect(run.result()).toMatchObject({ finishReason: "tool-calls", receipt: { finalAnswer: "select" } });
    expect(run.effects).toContainEqual({ type: "deliver", text: "", toolCalls: [toolCall] });
  });

  it("select: the winning text as it is, without a further call", () => {
    const run = presenting({ settings: { finalAnswer: "select" } });
    expect(run.result()).toMatchObject({ text: "b says", receipt: { finalAnswer: "select", presenter: "b" } });
    expect(run.result().receipt.calls.made).toBe(6);
    expect(delivered(run)).toEqual(["b says"]);
  });

  it("synthesize: also when a single candidate is left", () => {
    const run = scenario({ agents: ["a", "b"], settings: { finalAnswer: "synthesize" } });
    run.fails("a");
    run.drafts("b", "b says");
    expect(run.live()).toEqual(["b presentation"]);
  });

  it("shows the presenter all candidates, the votes and the verdict", () => {
    expect(presenting().order("b").purpose).toMatchObject({
      phase: "presentation",
      winner: "b",
      outcome: "majority",
      tied: [],
      candidates: expect.arrayContaining([
        expect.objectContaining({ id: "a" }),
        expect.objectContaining({ id: "b" }),
        expect.objectContaining({ id: "c" }),
      ]),
      votes: [{ candidate: "c" }, { candidate: "b" }, { candidate: "b" }],
    });
  });

  it("may be calls of the client's tools", () => {
    const toolCall = { id: "call_1", name: "look", arguments: "{}" };
    const run = presenting();
    run.presents("b", "", { toolCalls: [toolCall], finishReason: "tool-calls" });
    expect(run.result()).toMatchObject({ finishReason: "tool-calls", toolCalls: [toolCall] });
    expect(run.effects).toContainEqual({ type: "deliver", text: "", toolCalls: [toolCall] });
  });

  it("is written by the next author when the winner's agent is dead; its draft still wins", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    for (const id of ["a", "b", "c"]) run.drafts(id, `${id} says`);
    run.fails("b");
    run.votes("a", "b");
    run.votes("c", "b");
    const [selected] = run.announced("winner-selected");
    expect(selected).toMatchObject({ agentId: "b", outcome: "unanimous" });
    const [presenter] = run.live();
    expect(presenter).toMatch(/^[ac] presentation$/);
    run.presents(presenter?.slice(0, 1) ?? "", "done");
    expect(run.result().receipt).toMatchObject({ winner: "b", reasons: ["agent-failed", "presenter-fallback"] });
  });
});

describe("a presentation that fails in whole delivery", () => {
  const whole = { delivery: "whole" } as const;

  it("is delivered at the end when it does not fail", () => {
    const run = presenting(whole);
    run.starts("b");
    expect(delivered(run)).toEqual([]);
    run.presents("b", "the answer");
    expect(delivered(run)).toEqual(["the answer"]);
  });

  it("is thrown away, even half-written: the author of the next candidate presents", () => {
    const run = presenting(whole);
    run.starts("b");
    run.fails("b", { code: "connection" }, true);
    expect(run.live()).toEqual(["c presentation"]);
    expect(run.announced("presentation-failed")).toMatchObject([{ agentId: "b", next: "c" }]);
    run.starts("c");
    run.presents("c", "the answer");
    expect(run.result()).toMatchObject({
      text: "the answer",
      receipt: { winner: "b", presenter: "c", degraded: true, reasons: ["agent-failed", "presenter-fallback"] },
    });
    expect(delivered(run)).toEqual(["the answer"]);
  });

  it("gives its successor a first token of its own to show: without one in time, the winning text goes out", () => {
    const run = presenting(whole);
    run.starts("b");
    run.fails("b", {}, true);
    run.fires("presenter");
    expect(run.result()).toMatchObject({ text: "b says", receipt: { presenter: "b", finalAnswer: "select" } });
  });

  it.each([
    ["is empty", { text: "", problem: "the model returned an empty answer", finishReason: "stop" }],
    ["was filtered", { text: "par", problem: "filtered", finishReason: "content-filter" }],
  ] as const)("counts as failed when it %s", (_, { text, ...reply }) => {
    const run = presenting(whole);
    run.starts("b");
    run.presents("b", text, reply);
    expect(run.live()).toEqual(["c presentation"]);
  });

  it("ends with the winning text as it is when everybody failed", () => {
    const run = presenting(whole);
    for (const id of ["b", "c", "a"]) run.fails(id);
    expect(delivered(run)).toEqual(["b says"]);
    expect(run.result().receipt).toMatchObject({
      finalAnswer: "select",
      winner: "b",
      presenter: "b",
      reasons: ["agent-failed", "presenter-fallback"],
      calls: { made: 9, failed: 3 },
    });
    expect(run.announced("presentation-failed").at(-1)).not.toHaveProperty("next");
  });
});

describe("a presentation that fails in live delivery", () => {
  it("is replaced as long as no content went out", () => {
    const run = presenting();
    run.fails("b", {}, true);
    run.presents("c", "the answer");
    expect(run.result()).toMatchObject({ text: "the answer", receipt: { presenter: "c" } });
  });

  it("is an error after the first content, never a finish, and nothing replaces it", () => {
    const run = presenting();
    run.starts("b");
    run.fails("b", { code: "connection", message: "the line went dead" }, true);
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: { code: "connection", message: "The final answer broke off. b: the line went dead" },
      receipt: { outcome: "failed" },
    });
    expect(delivered(run)).toEqual([]);
    expect(run.announced("presentation-failed")).toEqual([]);
  });

  it("keeps the model's own end: what a filter cut short says so", () => {
    const run = presenting();
    run.starts("b");
    run.presents("b", "half", { finishReason: "content-filter", problem: "filtered" });
    expect(run.result()).toMatchObject({ text: "half", finishReason: "content-filter" });
  });
});
