import { describe, expect, it } from "vitest";
import { createTeam } from "../team.ts";
import type { ChatModel } from "../model/chat-model.ts";
import { answersIn, labelOf, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import type { RunEvent } from "./run-event.ts";
import { traceLines } from "../trace/trace-lines.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;

async function eventsOf(run: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

/** Drafts a text of its own, votes for the draft it likes, and presents in three pieces. */
const agentWho = (drafts: string, likes: string) =>
  scriptedModel((request) => {
    switch (phaseOf(request)) {
      case "draft":
        return drafts;
      case "ballot":
        return vote(labelOf(request, likes), "agent1 is right");
      case "presentation":
        return { pieces: ["Because ", "of ", "scattering."] };
    }
  });

function teamOf(models: Readonly<Record<string, ChatModel>>, coordination = {}) {
  return createTeam({ agents: Object.entries(models).map(([id, model]) => ({ id, model })), coordination });
}

describe("a run", () => {
  it("asks two agents, holds a vote, and streams the winner's final answer: five calls", async () => {
    const a = agentWho("because of scattering", "because of scattering");
    const b = agentWho("because of the sea", "because of scattering");
    const run = teamOf({ a, b }).run({ messages });
    const events = await eventsOf(run);
    const result = await run.answer();
    expect(result.text).toBe("Because of scattering.");
    expect(events.filter((e) => e.type === "content-delta").map((e) => e.text)).toEqual([
      "Because ",
      "of ",
      "scattering.",
    ]);
    expect(a.requests.map(phaseOf)).toEqual(["draft", "ballot", "presentation"]);
    expect(b.requests.map(phaseOf)).toEqual(["draft", "ballot"]);
    expect(result.receipt).toMatchObject({ outcome: "unanimous", winner: "a", presenter: "a", calls: { made: 5 } });
    const lines = events.flatMap((e) => traceLines(e, "summary")).map((line) => line.replace(/\d+\.\d s/, "n s"));
    expect(lines).toMatchInlineSnapshot(`
      [
        "[orchestrator] Team: a (scripted), b (scripted)",
        "[a] Drafting...",
        "[b] Drafting...",
        "[a] Answered in n s: "because of scattering"",
        "[b] Answered in n s: "because of the sea"",
        "[orchestrator] Voting: 2 agents judge 2 anonymous answers",
        "[a] Votes for a: b is right",
        "[b] Votes for a: a is right",
        "[orchestrator] Selected a (2 of 2 votes)",
        "[a] Writing the final answer from both drafts...",
        "[orchestrator] 5 calls, n s so far",
      ]
    `);
  });

  it("begins with run-started and ends with run-finished, and content comes after every trace", async () => {
    const a = agentWho("because of scattering", "because of scattering");
    const b = agentWho("because of the sea", "because of scattering");
    const events = await eventsOf(teamOf({ a, b }).run({ messages, runId: "run_1" }));
    expect(events[0]).toMatchObject({
      type: "run-started",
      runId: "run_1",
      agents: [{ id: "a", model: "scripted" }, {}],
      traces: "summary",
    });
    expect(events.at(-1)).toMatchObject({ type: "run-finished", result: { status: "answered" } });
    const firstContent = events.findIndex((event) => event.type === "content-delta");
    expect(events.slice(firstContent).flatMap((event) => traceLines(event, "full"))).toEqual([]);
  });

  it("has the same traces whole as live", async () => {
    const tracesOf = async (delivery: "live" | "whole"): Promise<string[]> => {
      const a = agentWho("because of scattering", "because of scattering");
      const b = agentWho("because of the sea", "because of scattering");
      const events = await eventsOf(teamOf({ a, b }).run({ messages, delivery, runId: "run_1" }));
      return events.flatMap((event) => traceLines(event, "full")).map((line) => line.replace(/[\d.]+ s\b/, "n s"));
    };
    const whole = await tracesOf("whole");
    const live = await tracesOf("live");
    expect(live.slice(0, -1)).toEqual(whole.slice(0, -1));
    expect([whole.at(-1), live.at(-1)]).toEqual([
      "[orchestrator] 5 calls, n s",
      // What writing the answer takes is not known yet.
      "[orchestrator] 5 calls, n s so far",
    ]);
  });

  it("gives every call the team's limits and a signal of its own", async () => {
    const model = scriptedModel(() => "yes");
    const limits = { firstTokenMs: 1, idleMs: 2, totalMs: 3 };
    await teamOf({ a: model }, { limits }).run({ messages }).answer();
    expect(model.requests[0]).toMatchObject({ limits, signal: expect.any(AbortSignal) });
  });

  it("lets pieces be read together where no client gets them as they come", async () => {
    const [a, b] = [agentWho("scattering", "scattering"), agentWho("the sea", "scattering")];
    await teamOf({ a, b }).run({ messages }).answer();
    expect(a.requests.map((request) => [phaseOf(request), request.gatherMs])).toEqual([
      ["draft", 100],
      ["ballot", 100],
      ["presentation", undefined],
    ]);
    const alone = scriptedModel(() => "yes");
    await teamOf({ a: alone }).run({ messages }).answer();
    expect(alone.requests[0]?.gatherMs).toBeUndefined();
  });

  it("asks a model again, once, when its answer is empty, and says so to the provider", async () => {
    const a = scriptedModel((_, n) => (n === 1 ? "" : "yes"));
    const result = await teamOf({ a }).run({ messages }).answer();
    expect(result).toMatchObject({ text: "yes", receipt: { calls: { made: 2 } } });
    expect(a.requests[1]?.retryOf).toEqual({ problem: "the model returned an empty answer" });
  });

  it("never forwards a call of a tool that the client did not offer", async () => {
    const calls = ["hack", "look"].map((name, i) => ({ id: `call_${i}`, name, arguments: "{}" }));
    const run = teamOf({ a: scriptedModel(() => ({ toolCalls: calls })) }).run({ messages, tools: [{ name: "look" }] });
    const events = await eventsOf(run);
    expect(events.filter((event) => event.type === "tool-calls")).toMatchObject([{ toolCalls: [{ name: "look" }] }]);
    expect(await run.answer()).toMatchObject({ finishReason: "tool-calls" });
  });

  it("sends the tool calls that the team agreed on once", async () => {
    const calling = () => scriptedModel(() => ({ toolCalls: [{ id: "call_1", name: "look", arguments: "{}" }] }));
    const events = await eventsOf(teamOf({ a: calling(), b: calling() }).run({ messages, tools: [{ name: "look" }] }));
    expect(events.filter((event) => event.type === "tool-calls")).toHaveLength(1);
    expect(events.filter((event) => event.type === "content-delta")).toEqual([]);
  });
});

describe("one agent", () => {
  const thinking = () => scriptedModel(() => ({ reasoning: "Hm.", pieces: ["Because ", "of scattering."] }));
  const pieces = (events: readonly RunEvent[]): string[] =>
    events.flatMap((event) =>
      event.type === "reasoning-delta" || event.type === "content-delta" ? [`${event.type} ${event.text}`] : [],
    );

  it("is one call, its reasoning and its text passed straight through", async () => {
    const model = thinking();
    const run = teamOf({ a: model }).run({ messages });
    expect(pieces(await eventsOf(run))).toEqual([
      "reasoning-delta Hm.",
      "content-delta Because ",
      "content-delta of scattering.",
    ]);
    expect(model.requests).toHaveLength(1);
    expect((await run.answer()).receipt).toMatchObject({ outcome: "single", calls: { made: 1 } });
  });

  it("comes in one piece at the end in whole delivery", async () => {
    const events = await eventsOf(teamOf({ a: thinking() }).run({ messages, delivery: "whole" }));
    expect(pieces(events)).toEqual(["reasoning-delta Hm.", "content-delta Because of scattering."]);
    expect(events.at(-2)?.type).toBe("content-delta");
  });

  it("shows no reasoning that comes after content began", async () => {
    const model: ChatModel = {
      contract: 1,
      model: "m",
      stream: async function* () {
        yield { type: "text-delta", text: "yes" };
        yield { type: "reasoning-delta", text: "hm" };
        yield { type: "finish", reason: "stop" };
      },
    };
    expect(pieces(await eventsOf(teamOf({ a: model }).run({ messages })))).toEqual(["content-delta yes"]);
  });
});

describe("what stays hidden", () => {
  it("no model learns an agent's id, and each sees the others' answers only on its ballot", async () => {
    const agents = ["id-of-ada", "id-of-bob", "id-of-cyd"];
    const models = agents.map((_, i) => agentWho(`answer ${i}`, i === 0 ? "answer 1" : "answer 0"));
    const team = createTeam({ agents: agents.map((id, i) => ({ id, model: models[i] as ChatModel })) });
    await team.run({ messages }).answer();
    const requests = models.flatMap((model) => model.requests);
    expect(requests.length).toBeGreaterThanOrEqual(6);
    expect(JSON.stringify(requests)).not.toContain("id-of-");
    for (const request of requests.filter((asked) => phaseOf(asked) === "draft"))
      expect(request.messages).toEqual(messages);
    for (const [i, model] of models.entries()) {
      const ballot = model.requests.find((request) => phaseOf(request) === "ballot");
      const others = ["answer 0", "answer 1", "answer 2"].filter((_, j) => j !== i);
      expect(ballot && [...answersIn(ballot).values()].toSorted()).toEqual(others);
    }
  });
});
