import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { ChatModel, ChatRequest, ToolCall } from "@massgen/core/model";
import { assertWhole, framed, sending } from "./answers.ts";
import { hello } from "./bench.ts";
import { collect, type Collected } from "./collect.ts";
import type { Dialect, ScriptedAnswer } from "./dialect.ts";
import type { ServiceCase } from "./kit-case.ts";
import { assertSame } from "./same.ts";

const request: ChatRequest = {
  ...hello,
  tools: [
    { name: "look", description: "Looks.", parameters: { type: "object", properties: { place: { type: "string" } } } },
    { name: "vote", parameters: { type: "object", properties: { agent_id: { enum: ["agent1", "agent2"] } } } },
  ],
};
const look = { id: "call-a", name: "look", arguments: '{"place":"the \\"left\\" side","n":[1,2.5,null]}' };
const vote = { id: "call-b", name: "vote", arguments: '{"agent_id":"agent2","reason":"clearest"}' };

/** Promise 8: tool calls. */
export const toolCallCases: readonly ServiceCase[] = [
  ...(
    [
      ["a tool call arrives whole", { toolCalls: [vote], finish: "tool-calls" }],
      ["a tool call behind text arrives whole", { text: ["I vote."], toolCalls: [vote], finish: "tool-calls" }],
      [
        "parallel tool calls arrive whole, each once, in their order",
        { toolCalls: [look, vote], finish: "tool-calls" },
      ],
      [
        "two calls of the same tool stay two",
        { toolCalls: [vote, { ...vote, id: "call-c", arguments: '{"agent_id":"agent1"}' }], finish: "tool-calls" },
      ],
      ["a call without arguments has {} for them", { toolCalls: [{ ...look, arguments: "" }], finish: "tool-calls" }],
    ] satisfies readonly (readonly [string, ScriptedAnswer])[]
  ).map(([name, answer]): ServiceCase => ({
    promise: 8,
    name,
    needs: ["tools"],
    async run({ model, dialect, answerBy }) {
      answerBy(sending(framed(dialect.answer(answer))));
      const got = await collect(model.stream(request));
      assertWhole(got, answer);
      assertIds(got, answer, dialect);
    },
  })),
  {
    promise: 8,
    name: "a call with a template's marks around its name is one of the offered tool",
    needs: ["tools"],
    async run({ model, dialect, answerBy }) {
      for (const name of ["functions.vote", "vote<|channel|>commentary", "vote:0"]) {
        answerBy(sending(framed(dialect.answer({ toolCalls: [{ ...vote, name }], finish: "tool-calls" }))));
        assertWhole(await collect(model.stream(request)), { toolCalls: [vote], finish: "tool-calls" });
      }
    },
  },
  {
    promise: 8,
    name: "arguments that were encoded twice are the object that they hold",
    needs: ["tools"],
    async run({ model, dialect, answerBy }) {
      const twice = { ...vote, arguments: JSON.stringify(vote.arguments) };
      answerBy(sending(framed(dialect.answer({ toolCalls: [twice], finish: "tool-calls" }))));
      assertWhole(await collect(model.stream(request)), { toolCalls: [vote], finish: "tool-calls" });
    },
  },
  {
    promise: 8,
    name: "a call that had to be made and stands in the text is a call",
    needs: ["tools"],
    async run({ model, dialect, answerBy }) {
      const text = ["<tool_call>\n", `{"name": "vote", "arguments": ${vote.arguments}}`, "\n</tool_call>"];
      answerBy(sending(framed(dialect.answer({ text, finish: "stop" }))));
      const got = await collect(model.stream({ ...request, toolChoice: "required" }));
      assertWhole(got, { toolCalls: [vote], finish: "tool-calls" });
    },
  },
  {
    promise: 8,
    name: "a text that speaks of calls is a text where none had to be made",
    needs: ["tools"],
    async run({ model, dialect, answerBy }) {
      const call = `{"name": "vote", "arguments": ${vote.arguments}}`;
      for (const text of [[call], [`Hermes writes <tool_call>${call}`, "</tool_call>."], ["<tool", ` ${call}`]]) {
        answerBy(sending(framed(dialect.answer({ text, finish: "stop" }))));
        assertWhole(await collect(model.stream(request)), { text, finish: "stop" });
      }
    },
  },
  {
    promise: 8,
    name: "a tool call that breaks off is truncated, and no half of it is delivered",
    needs: ["tools"],
    async run({ model, dialect, answerBy }) {
      const events = dialect.answer({ toolCalls: [look] });
      const text = framed(events);
      const middle = text.indexOf("look") + 4;
      for (const cut of [middle, text.length - 3]) {
        answerBy(sending(text.slice(0, cut)));
        const { error, calls } = await collect(model.stream(request));
        assert.ok(error?.code === "truncated" || error?.code === "invalid-response", `the code is ${error?.code}`);
        const whole = calls.every((call) => isDeepStrictEqual(JSON.parse(call.arguments), JSON.parse(look.arguments)));
        assert.ok(whole, `half a call was delivered: ${calls.map((call) => call.arguments).join()}`);
      }
    },
  },
  {
    promise: 8,
    name: "calls and their results go back to the service",
    needs: ["tools"],
    async run({ model, dialect, answerBy, upstream }) {
      const answer = { toolCalls: [look, vote], finish: "tool-calls" } as const;
      answerBy(sending(framed(dialect.answer(answer))));
      const { calls } = await collect(model.stream(request));
      answerBy(sending(framed(dialect.answer({ text: ["Thanks"], finish: "stop" }))));
      const { text, error } = await goOn(
        model,
        calls.map(({ type: _type, ...call }) => call),
      );
      assertSame([error?.message, text], [undefined, "Thanks"], "error and text of the answer to the results");
      const sent = JSON.stringify(upstream.exchanges[1]?.body);
      for (const word of ["left", "clearest", "result 1 of 2", "result 2 of 2"]) {
        assert.ok(sent.includes(word), `the request with the results lacks ${JSON.stringify(word)}; it is ${sent}`);
      }
    },
  },
  {
    promise: 8,
    name: "what the service put beside a call goes back with it",
    needs: ["tools"],
    async run({ model, dialect, answerBy, upstream }) {
      const signature = "c2lnbmVkIGJ5IGhhbmQ";
      const body = framed(dialect.answer({ toolCalls: [vote], signature, finish: "tool-calls" }));
      answerBy(sending(body));
      const { calls } = await collect(model.stream(request));
      answerBy(sending(framed(dialect.answer({ text: ["Thanks"], finish: "stop" }))));
      await goOn(
        model,
        calls.map(({ type: _type, ...call }) => call),
      );
      const sent = JSON.stringify(upstream.exchanges[1]?.body);
      const back = sent.includes(signature) || !body.includes(signature);
      assert.ok(back, `the request with the results lacks the call's signature ${signature}; it is ${sent}`);
    },
  },
  {
    promise: 8,
    name: "what a call carries beside itself survives being stored",
    needs: ["tools"],
    async run({ model, dialect, answerBy, upstream }) {
      answerBy(sending(framed(dialect.answer({ reasoning: ["Hm."], toolCalls: [vote], finish: "tool-calls" }))));
      const { calls } = await collect(model.stream(request));
      answerBy(sending(framed(dialect.answer({ text: ["Thanks"], finish: "stop" }))));
      const fresh = calls.map(({ type: _type, ...call }) => call);
      await goOn(model, fresh);
      await goOn(model, JSON.parse(JSON.stringify(fresh)) as ToolCall[]);
      const [, first, second] = upstream.exchanges;
      const what = "the request with calls that went through JSON, beside the one with fresh calls";
      assertSame(second?.body, first?.body, what);
    },
  },
];

/** Asserts that ids are distinct, and are the service's own where it gave any. */
function assertIds({ calls }: Collected, { toolCalls = [] }: ScriptedAnswer, dialect: Dialect): void {
  const ids = calls.map(({ id }) => id);
  const apart = ids.every((id) => id !== "") && new Set(ids).size === ids.length;
  assert.ok(apart, `every call has to have an id of its own, but they are ${JSON.stringify(ids)}`);
  const wire = framed(dialect.answer({ toolCalls, finish: "tool-calls" }));
  if (toolCalls.every(({ id }) => wire.includes(id))) {
    const given = toolCalls.map(({ id }) => id);
    assertSame(ids, given, "the ids of the calls, which the service gave");
  }
}

function goOn(model: ChatModel, toolCalls: readonly ToolCall[]): Promise<Collected> {
  const results = toolCalls.map(({ id, name }, position) => ({
    role: "tool" as const,
    toolCallId: id,
    name,
    content: `result ${position + 1} of ${toolCalls.length}`,
  }));
  const messages = [...hello.messages, { role: "assistant" as const, content: "", toolCalls }, ...results];
  return collect(model.stream({ ...request, messages }));
}
