import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { draftOf, type Reply, teamScript, text, toolCalls, type UpstreamCall, vote } from "@massgen/upstream";
import type OpenAI from "openai";
import { ask, asked, askStreamed, chunksOf, type Params, refusal, type Rig, startRig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

type Message = OpenAI.ChatCompletionMessageParam;

function tool(name: string): OpenAI.ChatCompletionFunctionTool {
  const parameters = { type: "object", properties: { city: { type: "string" } } };
  return { type: "function", function: { name, description: `Tells the ${name}.`, parameters } };
}

const tools = ["weather", "clock"].map(tool);
const oslo = { name: "weather", arguments: { city: "Oslo" } };
const rome = { name: "weather", arguments: { city: "Rome" } };

/** Whether a request of the upstream holds results of tools. */
function hasResult(call: UpstreamCall): boolean {
  return call.messages.some((message) => message.role === "tool");
}

/** The team calls, and answers in text when it has the result. */
function caller(...calls: (typeof oslo)[]): ReturnType<typeof teamScript> {
  return teamScript({ draft: (call): Reply => (hasResult(call) ? text("It is 7 degrees.") : toolCalls(calls)) });
}

async function called(params: Params): Promise<string[]> {
  const { message } = (await ask(rig, { tools, ...params })).choices[0];
  const { toolCalls: streamed } = await askStreamed(rig, { tools, ...params });
  const whole = message.tool_calls?.map((call) => call.function.name) ?? [];
  expect(streamed.map(({ name }) => name)).toEqual(whole);
  return whole;
}

test("D29: a call of the team: no content, an id, arguments that parse, finish_reason tool_calls", async () => {
  const calls = rig.play(caller(oslo));
  const [{ message, finish_reason }] = (await ask(rig, { tools })).choices;
  expect([message.content, finish_reason]).toEqual([null, "tool_calls"]);
  const [call] = message.tool_calls ?? [];
  expect(message.tool_calls).toHaveLength(1);
  expect(call).toMatchObject({ id: expect.stringMatching(/./), type: "function", function: { name: "weather" } });
  expect(JSON.parse(call?.function.arguments ?? "")).toEqual({ city: "Oslo" });
  // Both agents agreed, so there was no vote.
  expect(calls()).toHaveLength(2);
});

test("D30: a streamed call: first the name of the function, then its arguments", async () => {
  rig.play(caller(oslo));
  const deltas = (await chunksOf(rig, { tools })).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
  expect(deltas[0]).toEqual({
    index: 0,
    id: expect.stringMatching(/./),
    type: "function",
    function: { name: "weather", arguments: "" },
  });
  const rest = deltas.slice(1);
  expect(rest.every((delta) => Object.keys(delta).join() === "index,function")).toBe(true);
  expect(JSON.parse(rest.map((delta) => delta.function.arguments).join(""))).toEqual({ city: "Oslo" });
});

test("D31: two calls at once have two indices and two ids, also in `.stream()`", async () => {
  rig.play(caller(oslo, rome));
  const { toolCalls: streamed, finishReason } = await askStreamed(rig, { tools });
  expect(finishReason).toBe("tool_calls");
  expect(streamed.map((call): unknown => JSON.parse(call.arguments))).toEqual([oslo.arguments, rome.arguments]);
  expect(new Set(streamed.map(({ id }) => id)).size).toBe(2);
  const { choices } = await rig.client.chat.completions.stream({ ...asked({ tools }) }).finalChatCompletion();
  expect(choices[0]?.message.tool_calls).toHaveLength(2);
});

test("D32: runTools runs the tool and ends in text, streamed and not", async () => {
  const asking: string[] = [];
  const weather = {
    type: "function" as const,
    function: {
      name: "weather",
      description: "Tells the weather.",
      parameters: { type: "object", properties: { city: { type: "string" } } },
      parse: JSON.parse,
      function: ({ city }: { city: string }) => {
        asking.push(city);
        return `${city}: 7 degrees`;
      },
    },
  };
  for (const stream of [false, true]) {
    const calls = rig.play(caller(oslo));
    const loop = stream
      ? rig.client.chat.completions.runTools({ ...asked(), stream, tools: [weather] })
      : rig.client.chat.completions.runTools({ ...asked(), tools: [weather] });
    expect(await loop.finalContent()).toBe("It is 7 degrees.");
    const results = calls().filter((call) => call.wire === "openai" && hasResult(call));
    expect(results.map((call) => call.messages.at(-1))).toEqual([{ role: "tool", text: "Oslo: 7 degrees" }]);
  }
  expect(asking).toEqual(["Oslo", "Oslo"]);
});

/** A history in which the tool was called and has answered. */
function history(turn: object, result: unknown): Message[] {
  const call = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } };
  return [
    { role: "user", content: "How warm is it?" },
    { role: "assistant", tool_calls: [call], ...turn } as Message,
    { role: "tool", tool_call_id: "call_1", content: result } as Message,
  ];
}

test("D33: a result may be a list of text parts", async () => {
  const calls = rig.play(caller(oslo));
  const parts = ["7 ", "degrees"].map((said) => ({ type: "text", text: said }));
  const answer = await ask(rig, { tools, messages: history({ content: null }, parts) });
  expect(answer.choices[0].message.content).toBe("It is 7 degrees.");
  const openai = calls().find((call) => call.wire === "openai");
  expect(openai?.messages.at(-1)).toEqual({ role: "tool", text: "7 degrees" });
});

test("D34: tool_choice none: no call reaches the client, even if a model makes one", async () => {
  const calls = rig.play(teamScript({ draft: (call) => (call.wire === "openai" ? toolCalls([oslo]) : text("7.")) }));
  expect(await called({ tool_choice: "none" })).toEqual([]);
  expect((await ask(rig, { tools, tool_choice: "none" })).choices[0].message.content).toBe("7.");
  expect(calls().find((call) => call.wire === "openai")?.body).toMatchObject({ tool_choice: "none" });
});

test("D35: tool_choice required: a call, even if a model first answers in text", async () => {
  const calls = rig.play(
    teamScript({
      draft: (call) =>
        call.messages.at(-1)?.text.includes("could not be used") ? toolCalls([oslo]) : text("It may be 7 degrees."),
    }),
  );
  // A model of its own: of one that took no notice of a demand, the provider remembers that.
  expect(await called({ tool_choice: "required", model: "massgen/model:gpt-4.1" })).toEqual(["weather"]);
  expect(calls()[0]?.body).toMatchObject({ tool_choice: "required" });
});

test("D36: a named function is the one that is called, and ends in tool_calls", async () => {
  const calls = rig.play(teamScript({ draft: () => toolCalls([oslo, { name: "clock", arguments: {} }]) }));
  const tool_choice = { type: "function" as const, function: { name: "clock" } };
  expect(await called({ tool_choice })).toEqual(["clock"]);
  expect((await askStreamed(rig, { tools, tool_choice })).finishReason).toBe("tool_calls");
  expect(calls().find((call) => call.wire === "openai")?.body).toMatchObject({ tool_choice });
});

test("D37: parallel_tool_calls false: one call, even if a model makes two", async () => {
  const calls = rig.play(caller(oslo, rome));
  expect(await called({ parallel_tool_calls: false })).toEqual(["weather"]);
  expect(calls().find((call) => call.wire === "openai")?.body).toMatchObject({ parallel_tool_calls: false });
});

test("D38: allowed_tools are all that a model is offered; custom tools are refused by name", async () => {
  const calls = rig.play(caller({ name: "clock", arguments: { city: "Oslo" } }));
  const allowed = { mode: "required" as const, tools: [{ type: "function", function: { name: "clock" } }] };
  expect(await called({ tool_choice: { type: "allowed_tools", allowed_tools: allowed } })).toEqual(["clock"]);
  for (const call of calls()) expect(call.tools).toEqual(["clock"]);
  const custom = { type: "custom", custom: { name: "grep" } };
  expect((await refusal(rig, { tools: [custom] })).error.param).toBe("tools[0]");
  expect((await refusal(rig, { tools, tool_choice: custom })).error.param).toMatch(/^tool_choice/);
});

describe("D39: tools that do not fit together", () => {
  test.each<[string, object, string]>([
    [
      "an unknown function",
      { tools, tool_choice: { type: "function", function: { name: "x" } } },
      "tool_choice.function.name",
    ],
    ["a name twice", { tools: [tool("f"), tool("f")] }, "tools[1].function.name"],
    ["a name with a blank", { tools: [tool("f g")] }, "tools[0].function.name"],
    ["too long a name", { tools: [tool("f".repeat(65))] }, "tools[0].function.name"],
  ])("%s: 400 with param", async (_what, params, param) => {
    const calls = rig.play(caller(oslo));
    for (const stream of [false, true]) {
      expect(await refusal(rig, { ...params, stream })).toMatchObject({ name: "BadRequestError", error: { param } });
    }
    expect(calls()).toEqual([]);
  });
});

test("D40: a result of no call: 400 with the message's index", async () => {
  const [question, , answer] = history({}, "7 degrees");
  const { name, error } = await refusal(rig, { messages: [question, answer] });
  expect([name, error.param]).toEqual(["BadRequestError", "messages[1].tool_call_id"]);
  expect(error.message).toContain("'call_1'");
});

test.each([{ content: null }, { content: "" }, {}])("D41: a turn of calls with content %j is history", async (turn) => {
  const calls = rig.play(caller(oslo));
  const answer = await ask(rig, { tools, messages: history(turn, "7 degrees") });
  expect(answer.choices[0]).toMatchObject({ message: { content: "It is 7 degrees." }, finish_reason: "stop" });
  const openai = calls().find((call) => call.wire === "openai");
  expect(openai?.body["messages"]).toMatchObject([{}, { role: "assistant", tool_calls: [{ id: "call_1" }] }, {}]);
});

test("D42: the client's tools and the team's own never meet", async () => {
  for (const name of ["vote", "new_answer"]) {
    rig.play(teamScript({ draft: () => toolCalls([{ name, arguments: { on: "lunch" } }]) }));
    const answer = await ask(rig, { tools: [tool(name)] });
    expect(answer.choices[0]).toMatchObject({ message: { tool_calls: [{ function: { name } }] } });
  }
  // Two answers, so that there is a vote; one of them tries to hand the team's own tool to the client.
  const intruder = { name: "vote", arguments: { agent_id: "agent1", reason: "x" } };
  const calls = rig.play(
    teamScript({
      draft: (call) => (call.wire === "openai" ? toolCalls([oslo, intruder]) : text(draftOf(call.model))),
      ballot: (call) => vote(call.answers.find((shown) => shown.text.includes("Oslo"))?.label ?? "", "it looks it up"),
    }),
  );
  expect(await called({})).toEqual(["weather"]);
  rig.play(
    teamScript({
      draft: (call) => (call.wire === "openai" ? toolCalls([oslo, intruder]) : text(draftOf(call.model))),
      votesFor: "gemini-2.5-flash",
    }),
  );
  expect(await called({})).toEqual([]);
  const offered = (phase: string): string[][] =>
    calls()
      .filter((call) => call.phase === phase)
      .map((call) => [...call.tools]);
  expect(offered("ballot").length).toBeGreaterThan(0);
  for (const names of offered("ballot")) expect(names).toEqual(["vote", "new_answer"]);
  for (const names of [...offered("draft"), ...offered("presentation")]) expect(names).toEqual(["weather", "clock"]);
});
