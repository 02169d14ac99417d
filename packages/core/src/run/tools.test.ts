import { describe, expect, it } from "vitest";
import type { Message, ToolCall } from "../model/message.ts";
import type { RunRequest } from "../run-request.ts";
import {
  type ScriptedModel,
  type ScriptedReply,
  answersIn,
  phaseOf,
  scriptedModel,
  vote,
} from "../testing/scripted-model.ts";
import { createTeam } from "../team.ts";
import type { RunEvent } from "./run-event.ts";

const messages = [{ role: "user", content: "How warm is it?" }] as const;
const tools = [{ name: "look" }, { name: "find" }];
const look = (args = '{"at":1}', id = "call_a"): ToolCall => ({ id, name: "look", arguments: args });

function teamOf(...models: readonly ScriptedModel[]) {
  return createTeam({ agents: models.map((model, i) => ({ id: `agent-${i}`, model })) });
}

const ask = (request: Partial<RunRequest>, ...models: readonly ScriptedModel[]) =>
  teamOf(...models)
    .run({ messages, tools, ...request })
    .answer();

/** Always says the same, and votes for the first answer that holds a text. */
const saying = (reply: ScriptedReply, likes = ""): ScriptedModel =>
  scriptedModel((request) => {
    if (phaseOf(request) !== "ballot") return reply;
    const [label = ""] = [...answersIn(request)].find(([, text]) => text.includes(likes)) ?? [];
    return vote(label);
  });

describe("tool calls of a team", () => {
  it("are agreed on by name and canonical arguments, and go out once", async () => {
    const run = teamOf(
      saying({ toolCalls: [look('{"at":1,"unit":"c"}', "call_a")] }),
      saying({ toolCalls: [look('{ "unit": "c", "at": 1.0 }', "call_b")] }),
    ).run({ messages, tools });
    const events: RunEvent[] = [];
    for await (const event of run) events.push(event);
    const sent = events.filter((event) => event.type === "tool-calls");
    expect(sent).toHaveLength(1);
    expect(sent[0]?.toolCalls).toHaveLength(1);
    expect(await run.answer()).toMatchObject({
      text: "",
      finishReason: "tool-calls",
      receipt: { outcome: "unanimous", calls: { made: 2 } },
    });
  });

  it("stand for election beside texts", async () => {
    const calling = saying({ toolCalls: [look()] }, "[tool call");
    const telling = saying("It is warm.", "[tool call");
    const result = await ask({}, calling, telling);
    expect(result).toMatchObject({ toolCalls: [look()], finishReason: "tool-calls", receipt: { winner: "agent-0" } });

    const texts = await ask({}, saying({ toolCalls: [look()] }, "warm"), saying("It is warm.", "warm"));
    expect(texts).toMatchObject({ text: "It is warm.", toolCalls: [], receipt: { finalAnswer: "synthesize" } });
  });

  it("may be what a presenter writes", async () => {
    const b = scriptedModel((request) => {
      switch (phaseOf(request)) {
        case "draft":
          return "It is warm.";
        case "ballot":
          return vote([...answersIn(request)].find(([, text]) => text.includes("warm"))?.[0] ?? "");
        case "presentation":
          return { toolCalls: [look()] };
      }
    });
    expect(await ask({}, saying("It is cold.", "warm"), b)).toMatchObject({
      toolCalls: [look()],
      finishReason: "tool-calls",
    });
  });
});

describe("tool_choice", () => {
  it("none: calls never go out", async () => {
    const result = await ask({ toolChoice: "none" }, saying({ text: "Warm.", toolCalls: [look()] }));
    expect(result).toMatchObject({ text: "Warm.", toolCalls: [], finishReason: "stop" });
  });

  it("required: who answers in text is asked again, and told why", async () => {
    const model = scriptedModel((_, n) => (n === 1 ? "Warm." : { toolCalls: [look()] }));
    expect(await ask({ toolChoice: "required" }, model)).toMatchObject({ text: "", toolCalls: [look()] });
    expect(model.requests[1]).toMatchObject({ toolChoice: "required", retryOf: {} });
    expect(model.requests[1]?.messages.at(-1)?.content).toContain("demands a call of a tool");
  });

  it("required: an agent that cannot call fails, with the reason; the others go on", async () => {
    const events: RunEvent[] = [];
    const run = teamOf(saying("Warm."), saying({ toolCalls: [look()] })).run({
      messages,
      tools,
      toolChoice: "required",
    });
    for await (const event of run) events.push(event);
    expect(events.find((event) => event.type === "agent-failed")).toMatchObject({
      agentId: "agent-0",
      failure: { code: "invalid-response", message: expect.stringContaining("demands a call of a tool") },
    });
    expect((await run.answer()).toolCalls).toEqual([look()]);
  });

  it("required: no agent is offered a new answer, which would be text", async () => {
    const models = [saying({ toolCalls: [look("{}")] }), saying({ toolCalls: [look('{"at":2}')] })];
    const result = await ask({ toolChoice: "required" }, ...models);
    expect(result.toolCalls).toHaveLength(1);
    for (const model of models)
      for (const request of model.requests) expect(request.tools?.map(({ name }) => name)).not.toContain("new_answer");
  });

  it("required: an agent alone shows nothing of a text that will not do", async () => {
    const model = scriptedModel((_, n) => (n === 1 ? "Warm." : { toolCalls: [look()] }));
    const events: RunEvent[] = [];
    for await (const event of teamOf(model).run({ messages, tools, toolChoice: "required" })) events.push(event);
    expect(events.filter((event) => event.type === "content-delta")).toEqual([]);
  });

  it("a name: only that tool is called", async () => {
    const find = { id: "call_f", name: "find", arguments: "{}" };
    const result = await ask({ toolChoice: { name: "find" } }, saying({ toolCalls: [look(), find] }));
    expect(result.toolCalls).toEqual([find]);
  });

  it("parallelToolCalls false: one call at most", async () => {
    const both = saying({ toolCalls: [look("{}", "x"), look("{}", "y")] });
    expect((await ask({ parallelToolCalls: false }, both)).toolCalls).toEqual([look("{}", "x")]);
    expect((await ask({}, both)).toolCalls).toHaveLength(2);
  });
});

describe("broken arguments", () => {
  it("are asked for again once, then their agent fails: they never go out", async () => {
    const model = saying({ toolCalls: [look('{"at":')] });
    await expect(ask({}, model)).rejects.toMatchObject({
      code: "invalid-response",
      message: expect.stringContaining("the arguments of `look` are not a JSON object"),
    });
    expect(model.requests).toHaveLength(2);
  });
});

describe("an agent loop", () => {
  const rounds = 5;

  /**
   * Calls its tool with the number of results it has seen, until there are enough; repeats its ids as some models do.
   */
  const counting = (): ScriptedModel =>
    scriptedModel((request) => {
      const results = request.messages.filter((message) => message.role === "tool");
      if (phaseOf(request) !== "draft") return `The sum is ${results.length}.`;
      if (results.length === rounds) return `The sum is ${results.length}.`;
      return { toolCalls: [look(JSON.stringify({ at: results.length }), "call_0")] };
    });

  it(`of ${rounds} turns ends in text, every call with an id of its own`, async () => {
    const team = teamOf(counting(), counting(), counting());
    const history: Message[] = [...messages];
    const ids: string[] = [];
    for (let turn = 0; turn < rounds; turn++) {
      const { toolCalls, finishReason } = await team.run({ messages: history, tools }).answer();
      expect(finishReason).toBe("tool-calls");
      expect(toolCalls).toMatchObject([{ name: "look", arguments: JSON.stringify({ at: turn }) }]);
      ids.push(...toolCalls.map((call) => call.id));
      history.push({ role: "assistant", content: "", toolCalls });
      for (const call of toolCalls) history.push({ role: "tool", toolCallId: call.id, content: `${turn}` });
    }
    expect(await team.run({ messages: history, tools }).answer()).toMatchObject({
      text: `The sum is ${rounds}.`,
      toolCalls: [],
      finishReason: "stop",
    });
    expect(new Set(ids).size).toBe(rounds);
    expect(ids.every((id) => id === "call_0" || /^call_[0-9a-f]{16}$/.test(id))).toBe(true);
  });
});

describe("images", () => {
  const pictured: readonly Message[] = [
    { role: "user", content: [{ type: "image", url: "data:image/png;base64,AA" }] },
  ];
  const blind = (): ScriptedModel => scriptedModel(() => "I guess.", { capabilities: { images: false } });

  it("are for those who can see: the others neither draft nor vote, and the traces' events say why", async () => {
    const [a, b, c] = [saying("A cat.", "cat"), saying("A dog.", "cat"), blind()];
    const events: RunEvent[] = [];
    for await (const event of teamOf(a, b, c).run({ messages: pictured })) events.push(event);
    expect(c.requests).toEqual([]);
    expect(events.find((event) => event.type === "agent-excluded")).toMatchObject({
      agentId: "agent-2",
      why: "images",
    });
    expect(events.at(-1)).toMatchObject({
      result: { status: "answered", receipt: { agents: [{}, {}, { status: "unsupported-input" }] } },
    });
  });

  it("that nobody can see are refused", () => {
    expect(() => teamOf(blind(), blind()).run({ messages: pictured })).toThrow(
      expect.objectContaining({ code: "invalid-request", param: "messages" }),
    );
    expect(() => teamOf(blind(), saying("A cat.")).run({ messages: pictured })).not.toThrow();
  });
});
