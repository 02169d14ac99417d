import { describe, expect, it } from "vitest";
import { scenario } from "../testing/scenario.ts";

const call = (name: string, args = "{}") => ({ id: "call_1", name, arguments: args });

describe("drafting", () => {
  it("asks all agents at once, blind", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    expect(run.live()).toEqual(["a draft", "b draft", "c draft"]);
    expect(run.order("a").purpose).toEqual({ phase: "draft", solo: false });
  });

  it("waits for all drafts before the first ballot", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    run.drafts("a", "one");
    run.drafts("b", "two");
    expect(run.live()).toEqual(["c draft"]);
    run.drafts("c", "three");
    expect(run.live()).toEqual(["a ballot", "b ballot", "c ballot"]);
  });

  it.each([
    ["no text", { text: "", problem: "the model returned an empty answer", finishReason: "stop" }, "invalid-response"],
    ["a filtered text", { text: "par", problem: "filtered", finishReason: "content-filter" }, "content-filter"],
  ] as const)("asks once more after %s, then the draft failed", (_, { text, ...reply }, code) => {
    const run = scenario({ agents: ["a", "b"] });
    run.drafts("a", text, reply);
    expect(run.order("a").retryOf).toEqual({ problem: reply.problem });
    expect(run.announced("reply-rejected")).toMatchObject([{ agentId: "a", phase: "draft" }]);
    run.drafts("a", text, reply);
    expect(run.live()).toEqual(["b draft"]);
    expect(run.announced("agent-failed")).toMatchObject([{ agentId: "a", failure: { code } }]);
  });

  it("takes a good second try", () => {
    const run = scenario({ agents: ["a", "b"], settings: { finalAnswer: "select" } });
    run.drafts("a", "", { problem: "empty" });
    run.drafts("a", "yes");
    run.drafts("b", "yes");
    expect(run.result()).toMatchObject({ text: "yes", receipt: { degraded: false, calls: { made: 3 } } });
  });

  it("keeps a draft that was cut at its length; sent as it is, it says so", () => {
    const run = scenario({ agents: ["a", "b"] });
    run.drafts("a", "It begins", { finishReason: "length" });
    run.fails("b");
    expect(run.announced("draft-finished")[0]?.candidate.cut).toBe(true);
    expect(run.result()).toMatchObject({ text: "It begins", finishReason: "length" });
  });
});

describe("agreement", () => {
  it.each(["a", "b", "c"])("sends the draft that was not cut, if there is one: %s", (whole) => {
    const run = scenario({ agents: ["a", "b", "c"] });
    const others = ["a", "b", "c"].filter((id) => id !== whole);
    run.drafts(others[0] ?? "", "42", { finishReason: "length" });
    run.drafts(whole, "42");
    expect(run.result()).toMatchObject({ text: "42", finishReason: "stop", receipt: { winner: whole } });
  });

  it("skips the vote when all drafts say the same: K calls", () => {
    const run = scenario({ agents: ["a", "b"] });
    run.drafts("a", "42");
    run.drafts("b", "42.0");
    expect(run.result().receipt).toMatchObject({
      outcome: "unanimous",
      finalAnswer: "select",
      agreed: ["a", "b"],
      calls: { made: 2, aborted: 0, saved: { agreement: 3, earlyStop: 0, lazy: 0 } },
    });
    expect(run.announced("agreement-reached")).toEqual([{ type: "agreement-reached", agentIds: ["a", "b"], of: 2 }]);
    expect(run.announced("round-started")).toEqual([]);
    expect(run.effects.filter((effect) => effect.type === "deliver")).toHaveLength(1);
  });

  it("is reached as soon as a group exceeds half of all agents: the rest are aborted", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    run.drafts("a", "yes");
    const late = run.order("b").callId;
    run.drafts("c", "yes");
    expect(run.effects).toContainEqual({ type: "abort-call", callId: late });
    const { receipt } = run.result();
    expect(receipt).toMatchObject({ outcome: "majority", degraded: false, calls: { made: 3, aborted: 1 } });
    expect(receipt.agents.map((agent) => agent.status)).toEqual(["completed", "not-needed", "completed"]);
  });

  it("counts failed agents as well: half of all is not more than half", () => {
    const run = scenario({ agents: ["a", "b", "c", "d"] });
    run.drafts("a", "yes");
    run.drafts("b", "yes");
    run.fails("c");
    expect(run.live()).toEqual(["d draft"]);
    run.drafts("d", "no");
    expect(run.live()).toEqual(["a ballot", "b ballot", "d ballot"]);
  });

  it("needs no vote either when nobody is left to say anything else", () => {
    const run = scenario({ agents: ["a", "b", "c", "d"] });
    run.drafts("a", "yes");
    run.drafts("b", "yes");
    run.fails("c");
    run.fails("d");
    expect(run.result().receipt).toMatchObject({ outcome: "unanimous", degraded: true, reasons: ["agent-failed"] });
  });

  it("needs more than two of four", () => {
    const run = scenario({ agents: ["a", "b", "c", "d"] });
    run.drafts("a", "yes");
    run.drafts("b", "yes");
    run.drafts("c", "no");
    expect(run.live()).toEqual(["d draft"]);
    run.drafts("d", "yes");
    expect(run.result().receipt.outcome).toBe("majority");
  });

  it("of tool calls sends one set of calls to the client", () => {
    const run = scenario({ agents: ["a", "b"] });
    run.drafts("a", "", { toolCalls: [call("look", '{"x":1}')], finishReason: "tool-calls" });
    run.drafts("b", "Let me see.", { toolCalls: [call("look", '{ "x": 1 }')], finishReason: "tool-calls" });
    const result = run.result();
    expect(result).toMatchObject({ finishReason: "tool-calls", receipt: { outcome: "unanimous" } });
    expect(run.effects.find((effect) => effect.type === "deliver")).toMatchObject({ toolCalls: [{ name: "look" }] });
  });

  it("draws the text within the group, whatever the order in which it came", () => {
    const winners = new Set<string | undefined>();
    for (let i = 0; i < 20; i++) {
      const winnerOf = (order: readonly string[]): string | undefined => {
        const run = scenario({ agents: ["a", "b"], seed: `run_${i}` });
        for (const id of order) run.drafts(id, "yes");
        return run.result().receipt.winner;
      };
      expect(winnerOf(["a", "b"])).toBe(winnerOf(["b", "a"]));
      winners.add(winnerOf(["a", "b"]));
    }
    expect(winners).toEqual(new Set(["a", "b"]));
  });

  it("writes a new answer all the same when the team wants one", () => {
    const run = scenario({ agents: ["a", "b"], settings: { finalAnswer: "synthesize" } });
    run.drafts("a", "yes");
    run.drafts("b", "yes");
    expect(run.live()).toHaveLength(1);
    expect(run.live()[0]).toMatch(/presentation$/);
  });
});

describe("one agent", () => {
  it("is one call, passed straight through", () => {
    const run = scenario({ agents: ["a"] });
    expect(run.order("a").purpose).toEqual({ phase: "draft", solo: true });
    run.starts("a");
    run.drafts("a", "yes", { finishReason: "length" });
    expect(run.result()).toMatchObject({
      text: "yes",
      finishReason: "length",
      receipt: { outcome: "single", winner: "a", presenter: "a", calls: { made: 1 } },
    });
    expect(run.effects.filter((effect) => effect.type === "deliver")).toEqual([]);
  });

  it("is delivered at the end in whole delivery", () => {
    const run = scenario({ agents: ["a"], delivery: "whole" });
    run.starts("a");
    run.drafts("a", "yes");
    expect(run.effects).toContainEqual({ type: "deliver", text: "yes", toolCalls: [] });
  });

  it("is never synthesized", () => {
    const run = scenario({ agents: ["a"], settings: { finalAnswer: "synthesize" } });
    run.drafts("a", "yes");
    expect(run.result().receipt).toMatchObject({ finalAnswer: "select", calls: { made: 1 } });
  });

  it("hands tool calls on", () => {
    const run = scenario({ agents: ["a"] });
    run.drafts("a", "", { toolCalls: [call("look")], finishReason: "tool-calls" });
    expect(run.effects).toContainEqual({ type: "deliver", text: "", toolCalls: [call("look")] });
  });

  it("is what is left when the others cannot see the images", () => {
    const run = scenario({ agents: ["a", "b"], unable: ["a"] });
    expect(run.live()).toEqual(["b draft"]);
    expect(run.announced("agent-excluded")).toEqual([{ type: "agent-excluded", agentId: "a", why: "images" }]);
    run.drafts("b", "yes");
    expect(run.result().receipt).toMatchObject({ outcome: "single", agents: [{ status: "unsupported-input" }, {}] });
  });

  it("that breaks off half-way is a failure, and nothing is told after the content began", () => {
    const run = scenario({ agents: ["a"] });
    run.starts("a");
    run.fails("a", { code: "connection", message: "it broke" }, true);
    expect(run.result()).toMatchObject({ status: "failed", failure: { code: "connection" } });
    expect(run.announced("agent-failed")).toEqual([]);
  });
});

describe("one candidate left", () => {
  it("wins without a ballot and goes out as it is", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    run.fails("a");
    run.fails("c");
    run.drafts("b", "yes");
    expect(run.result()).toMatchObject({
      text: "yes",
      receipt: {
        outcome: "single",
        finalAnswer: "select",
        degraded: true,
        reasons: ["agent-failed"],
        calls: { made: 3 },
      },
    });
  });
});

describe("stragglers", () => {
  const settings = { quorum: 2, stragglerGraceMs: 8000 };

  it("are waited for, then dropped", () => {
    const run = scenario({ agents: ["a", "b", "c"], settings });
    run.drafts("a", "one");
    expect(run.effects.some((effect) => effect.type === "start-timer" && effect.timer === "straggler")).toBe(false);
    run.nowMs = 500;
    run.drafts("b", "two");
    expect(run.effects).toContainEqual({ type: "start-timer", timer: "straggler", atMs: 8500 });
    const late = run.order("c").callId;
    run.fires("straggler");
    expect(run.effects).toContainEqual({ type: "abort-call", callId: late });
    expect(run.announced("agent-dropped")).toEqual([
      { type: "agent-dropped", agentId: "c", why: "straggler", called: true },
    ]);
    expect(run.live()).toEqual(["a ballot", "b ballot"]);
    run.votes("a", "b");
    run.votes("b", "b");
    run.presents("b", "done");
    expect(run.result().receipt).toMatchObject({ degraded: true, reasons: ["straggler-dropped"] });
    expect(run.result().receipt.agents[2]).toMatchObject({ id: "c", status: "too-slow" });
  });

  it("that come in time take part", () => {
    const run = scenario({ agents: ["a", "b", "c"], settings });
    for (const id of ["a", "b", "c"]) run.drafts(id, id);
    run.fires("straggler");
    expect(run.live()).toEqual(["a ballot", "b ballot", "c ballot"]);
  });

  it("are waited for without end when no quorum is set", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    run.drafts("a", "one");
    run.drafts("b", "two");
    expect(run.effects.some((effect) => effect.type === "start-timer" && effect.timer === "straggler")).toBe(false);
  });
});
