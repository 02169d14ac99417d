import { describe, expect, it } from "vitest";
import type { ToolCall } from "../model/message.ts";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";

const five = (more: Partial<ScenarioOptions> = {}): Scenario =>
  scenario({ agents: ["a", "b", "c", "d", "e"], lazyFrom: 0, ...more });
const drafters = (run: Scenario): string =>
  run
    .live()
    .filter((call) => call.endsWith("draft"))
    .map((call) => call.split(" ")[0])
    .join("");
const voters = (run: Scenario): string =>
  run
    .live()
    .filter((call) => call.endsWith("ballot"))
    .map((call) => call.split(" ")[0])
    .join("");
/** When the others are called if nothing else happens. */
const hedge = (run: Scenario): number | undefined => {
  const last = run.effects.findLast((effect) => "timer" in effect && effect.timer === "hedge");
  return last?.type === "start-timer" ? last.atMs : undefined;
};
const look: ToolCall = { id: "1", name: "look", arguments: '{"at":"sky"}' };

describe("a lazy run calls as many as can decide", () => {
  it.each([
    [2, 0, "ab"],
    [3, 0, "ab"],
    [3, 1, "bc"],
    [3, 2, "ac"],
    [4, 0, "abc"],
    [5, 3, "ade"],
    [6, 5, "abcf"],
    [7, 0, "abcd"],
  ])("of %i agents, from place %i on: %s", (count, lazyFrom, first) => {
    const run = scenario({ agents: ["a", "b", "c", "d", "e", "f", "g"].slice(0, count), lazyFrom });
    expect(drafters(run)).toBe(first);
  });

  it("of those that are able; all, if they are no more than that", () => {
    expect(drafters(five({ unable: ["a", "c"] }))).toBe("bde");
    expect(drafters(five({ unable: ["a"] }))).toBe("bcd");
    expect(five({ unable: ["a", "c"] }).announced("agents-held")).toEqual([]);
  });

  it("says who is held back, and why they are spared", () => {
    const run = five();
    expect(run.announced("agents-held")).toEqual([{ type: "agents-held", phase: "draft", agentIds: ["d", "e"] }]);
    for (const id of ["a", "b", "c"]) run.drafts(id, "", { toolCalls: [look], finishReason: "tool-calls" });
    expect(run.announced("agent-spared")).toEqual(
      ["d", "e"].map((agentId) => ({
        type: "agent-spared",
        agentId,
        phase: "draft",
        why: "agreement",
        called: false,
        agreeing: 3,
        of: 5,
      })),
    );
    const { receipt } = run.result();
    expect(receipt).toMatchObject({
      outcome: "majority",
      degraded: false,
      calls: { made: 3, aborted: 0, saved: { agreement: 6, earlyStop: 0, lazy: 2 } },
    });
    expect(receipt.agents.map(({ status }) => status)).toEqual([
      "completed",
      "completed",
      "completed",
      "not-needed",
      "not-needed",
    ]);
    expect(hedge(run)).toBeUndefined();
  });
});

describe("the others are called at once", () => {
  const why = (run: Scenario): string[] => run.announced("others-called").map((event) => `${event.phase} ${event.why}`);

  it("when answers differ", () => {
    const run = five();
    run.drafts("b", "yes");
    expect(drafters(run)).toBe("ac");
    run.drafts("a", "no");
    expect(drafters(run)).toBe("cde");
    expect(why(run)).toEqual(["draft difference"]);
    for (const id of ["d", "e"]) run.drafts(id, "no");
    expect(run.result().receipt).toMatchObject({ winner: expect.stringMatching("a|d|e"), outcome: "majority" });
    expect(run.result().receipt.calls).toMatchObject({ made: 5, aborted: 1, saved: { agreement: 7, lazy: 0 } });
  });

  it("when an answer can be read in two ways", () => {
    const run = five();
    run.drafts("b", '{"a":1,"a":2}');
    expect(drafters(run)).toBe("acde");
  });

  it("when one gives no answer", () => {
    const run = five();
    run.fails("b");
    expect(drafters(run)).toBe("acde");
    expect(why(run)).toEqual(["draft failure"]);
  });

  it("not while a failed call is made again", () => {
    const run = five();
    run.fails("b", { code: "overloaded" });
    expect(drafters(run)).toBe("ac");
    run.fires("retry call-2");
    expect(drafters(run)).toBe("abc");
  });

  it.each([
    ["that breaks the format", { violation: "it is not JSON" }],
    ["that is none", { problem: "empty" }],
  ])("when a reply is asked for again %s", (_, reply) => {
    const run = five({ delivery: "whole" });
    run.drafts("b", "", reply);
    expect(drafters(run)).toBe("abcde");
    expect(why(run)).toEqual(["draft repair"]);
  });

  it("when an answer was cut and breaks the format", () => {
    const run = five({ delivery: "whole" });
    run.drafts("b", '{"a":', { violation: "it is not JSON", finishReason: "length" });
    expect(drafters(run)).toBe("acde");
    expect(why(run)).toEqual(["draft difference"]);
  });

  it("when the budget does not cover the first", () => {
    const run = five({ settings: { budget: { maxCalls: 2 } } });
    expect(run.announced("agent-excluded").map(({ agentId }) => agentId)).toEqual(["c", "d", "e"]);
    run.drafts("a", "yes");
    run.drafts("b", "no");
    expect(run.result().receipt.reasons).toEqual(["budget"]);
  });
});

describe("the hedge", () => {
  it.each([
    [1000, 6000],
    [4999, 9999],
    [6000, 12_000],
    [9000, 18_000],
    [11_000, 20_000],
  ])("after a first draft in %i ms fires at %i ms", (tookMs, atMs) => {
    const run = five();
    expect(hedge(run)).toBe(20_000);
    run.nowMs = tookMs;
    run.drafts("c", "yes");
    expect(hedge(run)).toBe(atMs);
    run.nowMs += 100;
    run.drafts("a", "yes");
    expect(hedge(run)).toBe(atMs);
    run.nowMs = atMs;
    run.fires("hedge");
    expect(drafters(run)).toBe("bde");
    expect(run.announced("others-called")[0]?.why).toBe("slow");
    run.drafts("e", "yes");
    expect(run.result().receipt.calls.saved).toEqual({ agreement: 8, earlyStop: 0, lazy: 0 });
  });

  it("fires at half of the time for drafts, if that is short", () => {
    expect(hedge(five({ settings: { deadlineMs: 8000 } }))).toBe(3000);
  });

  it("does nothing when nobody is held back", () => {
    const run = five();
    run.drafts("b", "yes");
    run.drafts("a", "no");
    const { length } = run.effects;
    run.fires("hedge");
    expect(run.effects).toHaveLength(length);
  });

  it("begins anew with whoever goes on with the run", () => {
    const run = five();
    run.nowMs = 2000;
    run.drafts("a", "yes");
    run.nowMs = 60_000;
    run.fact({ type: "resumed", cause: "lost", rules: 1, atMs: run.nowMs });
    expect(drafters(run)).toBe("bc");
    expect(hedge(run)).toBe(67_000);
    run.nowMs = 67_000;
    run.fires("hedge");
    expect(drafters(run)).toBe("bcde");
  });
});

describe("in a run that is cut short", () => {
  const statuses = (run: Scenario): string =>
    run
      .result()
      .receipt.agents.map(({ status }) => status)
      .join(" ");

  it("nobody held back is called slow: the deadline", () => {
    const run = five();
    run.drafts("a", "yes");
    run.fires("reserve");
    expect(statuses(run)).toBe("completed too-slow too-slow not-needed not-needed");
    expect(run.announced("agent-dropped").map(({ agentId, called }) => `${agentId} ${called}`)).toEqual([
      "b true",
      "c true",
      "d false",
      "e false",
    ]);
  });

  it("a deadline without a draft says who was not called", () => {
    const run = five();
    run.fires("reserve");
    expect(run.result()).toMatchObject({
      status: "failed",
      failure: { code: "timeout", message: expect.stringContaining("e: it was not called") },
    });
  });

  it("the answer is wanted now: the first draft is it, and nobody else is called", () => {
    const run = five();
    run.fact({ type: "answer-now", atMs: 0 });
    run.drafts("c", "yes");
    expect(statuses(run)).toBe("not-needed not-needed completed not-needed not-needed");
    expect(run.result().receipt.calls).toMatchObject({ made: 3, aborted: 2 });
  });

  it("the answer is wanted now, and all of the first fail: the others are called", () => {
    const run = five();
    run.fact({ type: "answer-now", atMs: 0 });
    run.fails("a");
    expect(drafters(run)).toBe("bcde");
  });

  it("cancelled", () => {
    const run = five();
    run.fact({ type: "cancelled", atMs: 1 });
    expect(statuses(run)).toBe("completed completed completed not-needed not-needed");
  });
});

/** A run in which all five have different drafts, at its vote. */
function voting(more: Partial<ScenarioOptions> = {}): Scenario {
  const settings = { maxNewAnswersPerAgent: 1, selfVotes: "allow", finalAnswer: "select", ...more.settings } as const;
  const run = five({ ...more, settings });
  for (const id of ["a", "b", "c", "d", "e"]) run.drafts(id, `The answer of ${id}.`);
  return run;
}

describe("ballots", () => {
  it("are asked of more than half, who decide if they all want the same", () => {
    const run = voting();
    expect(voters(run)).toBe("abc");
    for (const id of ["a", "b", "c"]) run.votes(id, "d");
    const { receipt } = run.result();
    expect(receipt).toMatchObject({ winner: "d", outcome: "unanimous", degraded: false, tally: { d: 3 } });
    expect(receipt.calls).toMatchObject({ made: 8, aborted: 0, saved: { agreement: 0, earlyStop: 0, lazy: 2 } });
    expect(receipt.agents.every(({ status }) => status === "completed")).toBe(true);
    expect(run.announced("agent-spared").map(({ agentId, called }) => `${agentId} ${called}`)).toEqual([
      "d false",
      "e false",
    ]);
  });

  it("are asked of the others as soon as those cannot decide", () => {
    const run = voting();
    run.votes("a", "d");
    expect(voters(run)).toBe("bc");
    run.votes("b", "e");
    expect(voters(run)).toBe("cde");
    expect(run.announced("others-called")).toContainEqual({
      type: "others-called",
      phase: "ballot",
      agentIds: ["d", "e"],
      why: "undecided",
    });
  });

  it.each(["abstains", "fails"])("are asked of the others when one %s", (what) => {
    const run = voting();
    if (what === "fails") run.fails("b");
    else for (let i = 0; i < 2; i++) run.ballots("b", { kind: "unusable", problem: "no call" });
    expect(voters(run)).toBe("acde");
  });

  it("are asked of the others when the first ones take long", () => {
    const run = voting();
    run.nowMs = 2000;
    run.votes("a", "d");
    expect(hedge(run)).toBe(7000);
    run.nowMs = 7000;
    run.fires("hedge");
    expect(voters(run)).toBe("bcde");
  });

  it("are asked of all who may answer anew, or where the vote does not end early", () => {
    expect(voters(voting({ settings: { maxNewAnswersPerAgent: 2 } }))).toBe("abcde");
    expect(voters(voting({ settings: { earlyStop: false } }))).toBe("abcde");
  });

  it("in hand decide when the answer is wanted now", () => {
    const run = voting();
    run.votes("a", "d");
    run.fact({ type: "answer-now", atMs: 0 });
    expect(run.result().receipt).toMatchObject({ winner: "d", calls: { made: 8, aborted: 2, saved: { lazy: 0 } } });
  });

  it("stay within the budget", () => {
    const run = voting({ settings: { budget: { maxCalls: 9 } } });
    expect(voters(run)).toBe("abc");
    run.votes("a", "d");
    run.votes("b", "e");
    expect(voters(run)).toBe("cd");
    expect(run.announced("limit-reached").map(({ consequence }) => consequence)).toEqual(["4 of 5 agents vote"]);
  });
});

describe("an exhaustive run", () => {
  const settings = { exhaustive: true, selfVotes: "allow", finalAnswer: "select", maxNewAnswersPerAgent: 1 } as const;
  const three = (more: Partial<ScenarioOptions["settings"]> = {}): Scenario =>
    scenario({ agents: ["a", "b", "c"], settings: { ...settings, ...more } });

  it("awaits every draft and holds the vote, and agreement decides", () => {
    const run = three();
    run.drafts("a", "42");
    run.drafts("b", "42");
    expect(run.live()).toEqual(["c draft"]);
    run.drafts("c", "43");
    expect(voters(run)).toBe("abc");
    for (const id of ["a", "b", "c"]) run.votes(id, "c");
    expect(run.result()).toMatchObject({ text: "42" });
    expect(run.result().receipt).toMatchObject({
      winner: expect.stringMatching("a|b"),
      outcome: "majority",
      tally: { c: 3 },
      calls: { made: 6, aborted: 0, saved: { agreement: 0, earlyStop: 0, lazy: 0 } },
    });
  });

  it("awaits every ballot", () => {
    const run = three();
    for (const id of ["a", "b", "c"]) run.drafts(id, `The answer of ${id}.`);
    run.votes("a", "c");
    run.votes("b", "c");
    expect(voters(run)).toBe("c");
    run.votes("c", "a");
    expect(run.result().receipt).toMatchObject({ winner: "c", outcome: "majority", tally: { a: 1, c: 2 } });
  });

  it("is not turned by an answer that comes when the vote is decided", () => {
    const run = three({ maxNewAnswersPerAgent: 2 });
    for (const id of ["a", "b", "c"]) run.drafts(id, `The answer of ${id}.`);
    run.votes("a", "c");
    run.votes("b", "c");
    run.revises("c", "A better one.");
    expect(run.result().receipt).toMatchObject({ winner: "c", rounds: 1, tally: { c: 2 } });
    expect(run.result()).toMatchObject({ text: "The answer of c." });
  });

  it("that is cut short while it votes still says what agreement decided", () => {
    const run = three();
    for (const id of ["a", "b", "c"]) run.drafts(id, "42");
    run.votes("a", "c");
    run.fact({ type: "answer-now", atMs: 0 });
    expect(run.result().receipt).toMatchObject({ outcome: "majority", tally: { c: 1 } });
    expect(run.result()).toMatchObject({ text: "42" });
  });

  it("has another presenter write if the winner left while voting", () => {
    const run = three({ finalAnswer: "synthesize" });
    for (const id of ["a", "b", "c"]) run.drafts(id, "42");
    const winner = run.state.verdict?.winner.agentId ?? "";
    run.fails(winner);
    for (const id of ["a", "b", "c"]) if (id !== winner) run.votes(id, id);
    expect(run.live()).toHaveLength(1);
    expect(run.live()[0]).not.toContain(winner);
  });
});
