import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect, type Collected } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

const ballot: ChatRequest = {
  messages: [{ role: "user", content: "Which?" }],
  tools: [
    { name: "vote", parameters: { type: "object", properties: { agent_id: {} } } },
    { name: "new_answer", parameters: { type: "object", properties: { content: {} } } },
  ],
  toolChoice: "required",
  parallelToolCalls: false,
};
const args = '{"agent_id":"agent1"}';
const voted = ['tool-call vote {"agent_id":"agent1"}', "finish tool-calls"];

const bed = testBed();

async function modelOn(type: string, answer: (exchange: Exchange) => unknown, name = "m"): Promise<ChatModel> {
  bed.upstream = await startUpstream(answer);
  return createModel(type, name);
}
function createModel(type: string, model = "m"): ChatModel {
  return bed.registry.createModel({ type, model, apiKey: "k-12345", baseUrl: `${bed.upstream?.url}/v1`, options: {} });
}
const ask = (model: ChatModel, part: Partial<ChatRequest> = {}): Promise<Collected> =>
  collect(model.stream({ ...ballot, ...part }));
function seen({ events, error }: Collected): string[] {
  const shown = events.map((event) => {
    switch (event.type) {
      case "tool-call":
        return `tool-call ${event.name} ${event.arguments}`;
      case "finish":
        return `finish ${event.reason}`;
      case "text-delta":
      case "reasoning-delta":
        return `${event.type} ${event.text}`;
    }
  });
  return error === undefined ? shown : [...shown, `error ${error.code}`];
}
const retry: Partial<ChatRequest> = { retryOf: { problem: "p" } };
const delta = (fields: object, finish: string | null = null): object => ({
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});
function say({ response }: Exchange, text: string): void {
  sendEvents(response, frames(delta({ content: text }), delta({}, "stop"), "[DONE]"));
}
function call({ response }: Exchange, argumentsText = args): void {
  const tool_calls = [{ index: 0, id: "t1", function: { name: "vote", arguments: argumentsText } }];
  sendEvents(response, frames(delta({ tool_calls }), delta({}, "tool_calls"), "[DONE]"));
}
const refuse = ({ response }: Exchange, message: string, status = 400): void =>
  sendJson(response, status, { error: { message } });
/** How each request asked for the call. */
function ways(): string[] {
  return (bed.upstream?.exchanges ?? []).map(({ body }) => {
    const off = "thinking" in body || "enable_thinking" in body || "chat_template_kwargs" in body ? " off" : "";
    if ("tools" in body) return `${JSON.stringify(body["tool_choice"])}${off}`.replaceAll('"', "");
    return "response_format" in body ? "schema" : "text";
  });
}

describe("rejected: the next rung within the call, remembered for the model", () => {
  const incompatible = "tool_choice 'required' is incompatible with thinking enabled";
  test.each(["deepseek", "moonshot", "qwen", "nvidia"])("%s: without thinking", async (type) => {
    const model = await modelOn(type, (exchange) =>
      ["thinking", "enable_thinking", "chat_template_kwargs"].some((field) => field in exchange.body)
        ? call(exchange)
        : refuse(exchange, incompatible),
    );
    expect(seen(await ask(model))).toEqual(voted);
    expect(seen(await ask(createModel(type)))).toEqual(voted);
    expect(ways()).toEqual(["required", "required off", "required off"]);
    await ask(createModel(type, "another"));
    expect(ways().slice(3)).toEqual(["required", "required off"]);
  });
  test("a model that cannot switch it off is told to call", async () => {
    const model = await modelOn("moonshot", (exchange) =>
      exchange.body["tool_choice"] === "auto" ? call(exchange) : refuse(exchange, incompatible),
    );
    for (let asked = 0; asked < 2; asked += 1) expect(seen(await ask(model))).toEqual(voted);
    expect(ways()).toEqual(["required", "required off", "auto", "auto"]);
    expect(JSON.stringify(bed.upstream?.exchanges[2]?.body["messages"])).toContain("exactly one call of");
  });
  test("without tools: by a schema; without schemas: as text; never an error", async () => {
    const model = await modelOn("chatcompletion", (exchange) => {
      if ("tools" in exchange.body) refuse(exchange, "library/gemma3:1b does not support tools");
      else if ("response_format" in exchange.body) refuse(exchange, "response_format is not supported", 422);
      else say(exchange, `Sure:\n\`\`\`json\n{"tool":"vote","arguments":${args}}\n\`\`\``);
    });
    expect(seen(await ask(model))).toEqual(voted);
    expect(ways()).toEqual(["required", "schema", "text"]);
    expect(seen(await ask(model))).toEqual(voted);
    expect(ways()).toHaveLength(4);
  });
  test("an error about something else is one", async () => {
    const model = await modelOn("openai", (exchange) => refuse(exchange, "messages: wrong"));
    expect(seen(await ask(model))).toEqual(["error invalid-request"]);
    expect(ways()).toHaveLength(1);
  });
});

describe("ignored: the next call starts lower", () => {
  test("what passes choices on to nobody: by an instruction, for all agents on the model", async () => {
    const model = await modelOn("chatcompletion", (exchange) =>
      say(
        exchange,
        exchange.body["tool_choice"] === "required" ? "I like the first." : `{"tool":"vote","arguments":${args}}`,
      ),
    );
    expect(seen(await ask(model))).toEqual(["text-delta I like the first.", "finish stop"]);
    expect(seen(await ask(createModel("chatcompletion"), retry))).toEqual(voted);
    expect(seen(await ask(createModel("chatcompletion")))).toEqual(voted);
    expect(ways()).toEqual(["required", "auto", "auto"]);
  });
  test("others: by an instruction", async () => {
    const model = await modelOn("together", (exchange) => say(exchange, "the first"));
    await ask(model);
    await ask(model);
    expect(ways()).toEqual(["required", "auto"]);
  });
  test("bad arguments are asked for another way, at once and from then on", async () => {
    const model = await modelOn("openai", (exchange) => call(exchange, '{"agent_id":'));
    await ask(model);
    await ask(model, retry);
    await ask(model);
    expect(ways()).toEqual(["required", "schema", "schema"]);
  });
});

test("retryOf lowers by one rung", async () => {
  const model = await modelOn("openai", (exchange) => call(exchange));
  await ask(model, retry);
  expect(ways()).toEqual(["auto"]);
});

test.each(["llamacpp", "ollama", "lmstudio", "vllm", "sglang"])(
  "%s is given a schema, and then asked for a text",
  async (type) => {
    const model = await modelOn(type, (exchange) => say(exchange, "maybe"));
    for (let asked = 0; asked < 3; asked += 1) await ask(model);
    expect(ways()).toEqual(["schema", "schema", "text"]);
  },
);

test("services that never force: Z.ai is told, Perplexity is given a schema", async () => {
  const model = await modelOn("zai", (exchange) => call(exchange));
  await ask(model);
  await ask(createModel("perplexity"));
  expect(ways()).toEqual(["auto", "schema"]);
});

test("a named tool is the only one on every rung", async () => {
  const model = await modelOn("openai", (exchange) =>
    say(exchange, '{"tool":"new_answer","arguments":{"content":"x"}}'),
  );
  const named: Partial<ChatRequest> = { toolChoice: { name: "vote" } };
  for (let asked = 0; asked < 6; asked += 1) {
    expect((await ask(model, { ...named, ...retry })).text).toContain("new_answer");
  }
  expect(new Set(ways()).size).toBeGreaterThan(2);
  for (const { body } of bed.upstream?.exchanges ?? []) expect(JSON.stringify(body)).not.toContain("new_answer");
});

test("reasoning flows while written text is held", async () => {
  const model = await modelOn("ollama", ({ response }) =>
    sendEvents(
      response,
      frames(
        delta({ content: "<think>hm" }),
        delta({ content: `</think>{"tool":"vote",` }),
        delta({ content: `"arguments":${args}}` }, "stop"),
      ),
    ),
  );
  expect(seen(await ask(model, retry))).toEqual(["reasoning-delta hm", ...voted]);
});

describe("Groq's refused answers", () => {
  const failed = (generated: string): object => ({
    error: {
      message: "Tool choice is required",
      code: "tool_use_failed",
      failed_generation: generated,
      status_code: 400,
    },
  });
  const written = `{"name": "vote", "arguments": ${args}}`;
  test("as a status: the call in it", async () => {
    const model = await modelOn("groq", ({ response }) => sendJson(response, 400, failed(written)));
    expect(seen(await ask(model))).toEqual(voted);
    expect(ways()).toEqual(["required"]);
  });
  test("as a status: words, and then a repetition one rung lower", async () => {
    const model = await modelOn("groq", (exchange) =>
      exchange.number === 1 ? sendJson(exchange.response, 400, failed("maybe")) : call(exchange),
    );
    expect(seen(await ask(model))).toEqual(["text-delta maybe", "finish stop"]);
    expect(seen(await ask(model, retry))).toEqual(voted);
    expect(ways()).toEqual(["required", "auto"]);
  });
  test("in the middle of the stream, with the usage so far", async () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    const model = await modelOn("groq", ({ response }) =>
      sendEvents(
        response,
        `${frames({ ...delta({ reasoning: "hm" }), x_groq: { usage } })}event: error\n${frames(failed(written))}`,
      ),
    );
    const result = await ask(model);
    expect(seen(result)).toEqual(["reasoning-delta hm", ...voted]);
    expect(result.events.at(-1)).toMatchObject({ usage: { totalTokens: 7 } });
  });
  test.each([[" "], [undefined]])(
    "nothing usable in %j: an empty answer, and then one rung lower",
    async (generated) => {
      const model = await modelOn("groq", (exchange) =>
        exchange.body["tool_choice"] === "auto"
          ? call(exchange)
          : sendJson(exchange.response, 400, { error: { code: "tool_use_failed", failed_generation: generated } }),
      );
      expect(seen(await ask(model))).toEqual(["finish stop"]);
      expect(seen(await ask(model, retry))).toEqual(voted);
      expect(seen(await ask(model))).toEqual(["finish stop"]);
      expect(seen(await ask(model, retry))).toEqual(voted);
      // Twice in a row is no whim: from now on it starts where it works.
      expect(seen(await ask(model))).toEqual(voted);
      expect(ways()).toEqual(["required", "auto", "required", "auto", "auto"]);
    },
  );
  test("a forced call that works in between: the next miss is the first again", async () => {
    const model = await modelOn("groq", (exchange) =>
      exchange.number === 2 ? call(exchange) : sendJson(exchange.response, 400, failed("maybe")),
    );
    for (let asked = 0; asked < 4; asked += 1) await ask(model);
    await ask(model);
    expect(ways()).toEqual(["required", "required", "required", "required", "auto"]);
  });
  test("nothing was offered, or nothing had to be called: an error", async () => {
    const model = await modelOn("groq", ({ response }) => sendJson(response, 400, failed(" ")));
    const { tools: _, toolChoice: _choice, ...plain } = ballot;
    expect((await collect(model.stream(plain))).error?.code).toBe("invalid-response");
    expect(seen(await ask(model, { toolChoice: "auto" }))).toEqual(["error invalid-response"]);
  });
});

test("what was learned of forcing changes nothing where nothing is forced", async () => {
  const model = await modelOn("deepseek", (exchange) =>
    exchange.body["tool_choice"] === "required" ? refuse(exchange, "tool_choice is not supported") : call(exchange),
  );
  await ask(model);
  await ask(model, { toolChoice: "auto" });
  await ask(model, { toolChoice: "none", ...retry });
  expect(ways()).toEqual(["required", "auto", "auto", "none"]);
  const [, , auto, none] = (bed.upstream?.exchanges ?? []).map(({ body }) => body);
  for (const body of [auto, none]) expect(body).toMatchObject({ messages: ballot.messages, tools: [{}, {}] });
});

describe("thinking before tool calls", () => {
  test.each([
    ["deepseek", { reasoning_content: "hm" }],
    ["moonshot", { reasoning_content: "hm" }],
    ["openrouter", { reasoning: "hm", reasoning_details: [{ type: "reasoning.text", text: "hm", signature: "s" }] }],
  ])("%s gets it back unchanged", async (type, thought) => {
    const tool_calls = [{ index: 0, id: "t1", function: { name: "vote", arguments: args } }];
    const model = await modelOn(type, ({ response }) =>
      sendEvents(response, frames(delta(thought), delta({ tool_calls }, "tool_calls"))),
    );
    const { events } = await ask(model);
    const made = events.find((event) => event.type === "tool-call");
    if (made?.type !== "tool-call") throw new Error("no call");
    const { type: _, ...toolCall } = made;
    const { reasoning: _shown, ...back } = { reasoning: "", ...thought };
    const turn = { role: "assistant" as const, content: "", toolCalls: [toolCall] };
    await ask(model, { messages: [...ballot.messages, turn] });
    expect(bed.upstream?.exchanges[1]?.body["messages"]).toMatchObject([{}, back]);
    await ask(createModel(type, "another"), { messages: [...ballot.messages, turn] });
    expect(JSON.stringify(bed.upstream?.exchanges[2]?.body["messages"])).not.toContain("hm");
  });
  test("missing from calls that somebody else made: the call goes without thinking, others keep it", async () => {
    const message = "thinking is enabled but reasoning_content is missing in assistant tool call message at index 1";
    const model = await modelOn("moonshot", (exchange) =>
      "thinking" in exchange.body ? say(exchange, "ok") : refuse(exchange, message),
    );
    const turn = { role: "assistant" as const, content: "", toolCalls: [{ id: "c", name: "f", arguments: "{}" }] };
    const messages = [...ballot.messages, turn, { role: "tool" as const, toolCallId: "c", content: "r" }];
    expect((await collect(model.stream({ messages }))).text).toBe("ok");
    await collect(model.stream({ messages: ballot.messages }));
    expect((bed.upstream?.exchanges ?? []).map(({ body }) => "thinking" in body)).toEqual([false, true, false, true]);
  });
});

test("Perplexity counts again in every chunk: the last count is the count", async () => {
  const usage = (tokens: number): object => ({
    usage: { prompt_tokens: 9, completion_tokens: tokens, total_tokens: 9 + tokens },
  });
  const model = await modelOn("perplexity", ({ response }) =>
    sendEvents(
      response,
      frames({ ...delta({ content: "a" }), ...usage(1) }, { ...delta({ content: "b" }, "stop"), ...usage(2) }),
    ),
  );
  const { events } = await collect(model.stream({ messages: ballot.messages }));
  expect(events.at(-1)).toMatchObject({ usage: { inputTokens: 9, outputTokens: 2, totalTokens: 11 } });
});
