import { expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

const hello: ChatRequest = { messages: [{ role: "user", content: "Which?" }] };
const ballot: ChatRequest = {
  ...hello,
  tools: [{ name: "vote" }, { name: "new_answer" }],
  toolChoice: "required",
  parallelToolCalls: false,
};
const args = { agent_id: "agent1" };
const voted = [{ type: "tool-call", name: "vote", arguments: JSON.stringify(args) }, { reason: "tool-calls" }];
const bed = testBed();

async function modelOn(
  answer: (exchange: Exchange) => unknown,
  options: Record<string, unknown> = {},
): Promise<ChatModel> {
  bed.upstream = await startUpstream(answer);
  return createModel(options);
}
function createModel(options: Record<string, unknown> = {}): ChatModel {
  const baseUrl = bed.upstream?.url ?? "";
  return bed.registry.createModel({ type: "gemini", model: "gemini-3-pro", apiKey: "k-12345", baseUrl, options });
}
const reply = ({ response }: Exchange, part: object): void =>
  sendEvents(
    response,
    `data: ${JSON.stringify({ candidates: [{ content: { parts: [part] }, finishReason: "STOP" }] })}\r\n\r\n`,
  );
const refuse = ({ response }: Exchange, message: string): void =>
  sendJson(response, 400, { error: { code: 400, message, status: "INVALID_ARGUMENT" } });
const call = (exchange: Exchange): void => reply(exchange, { functionCall: { name: "vote", args } });
const write = (exchange: Exchange): void =>
  reply(exchange, { text: JSON.stringify({ tool: "vote", arguments: args }) });
const configOf = (body: Record<string, unknown>): Record<string, unknown> =>
  (body["generationConfig"] ?? {}) as Record<string, unknown>;
function ways(): string[] {
  return (bed.upstream?.exchanges ?? []).map(({ body }) => {
    const { functionCallingConfig } = (body["toolConfig"] ?? {}) as { functionCallingConfig?: { mode: string } };
    return functionCallingConfig?.mode ?? ("responseJsonSchema" in configOf(body) ? "schema" : "text");
  });
}

test("retryOf lowers by one rung: from ANY to AUTO with an instruction", async () => {
  const model = await modelOn((exchange) => ("tools" in exchange.body ? call(exchange) : write(exchange)));
  expect((await collect(model.stream(ballot))).events).toMatchObject(voted);
  const retryOf = { problem: "p" };
  expect((await collect(model.stream({ ...ballot, retryOf }))).events).toMatchObject(voted);
  expect(ways()).toEqual(["ANY", "AUTO"]);
  expect(JSON.stringify(bed.upstream?.exchanges[1]?.body["contents"])).toContain("exactly one call of");
});

test.each([
  "JSON mode is not enabled for models/gemma-3",
  "Unknown name \"responseJsonSchema\" at 'generation_config': Cannot find field.",
])("a model without functions, and one without schemas (%s): down within the call, remembered", async (refusal) => {
  const model = await modelOn((exchange) => {
    if ("tools" in exchange.body) refuse(exchange, "Function calling is not enabled for models/gemma-3");
    else if ("responseJsonSchema" in configOf(exchange.body)) refuse(exchange, refusal);
    else write(exchange);
  });
  for (const one of [model, createModel()]) expect((await collect(one.stream(ballot))).events).toMatchObject(voted);
  expect(ways()).toEqual(["ANY", "schema", "text", "text"]);
  expect(configOf(bed.upstream?.exchanges[2]?.body ?? {})).toEqual({});
});

test("a sampling parameter: dropped, remembered, reported", async () => {
  const model = await modelOn((exchange) =>
    "frequencyPenalty" in configOf(exchange.body)
      ? refuse(exchange, "Penalty is not enabled for this model")
      : reply(exchange, { text: "ok" }),
  );
  const sampled = { ...hello, sampling: { frequencyPenalty: 1, temperature: 0 } };
  for (let asked = 0; asked < 2; asked += 1) {
    expect((await collect(model.stream(sampled))).events.at(-1)).toEqual({
      type: "finish",
      reason: "stop",
      droppedParameters: ["frequencyPenalty"],
    });
  }
  expect(bed.upstream?.exchanges.map(({ body }) => configOf(body))).toEqual([
    { temperature: 0, frequencyPenalty: 1 },
    { temperature: 0 },
    { temperature: 0 },
  ]);
  expect((await collect(model.stream(hello))).events.at(-1)).toEqual({ type: "finish", reason: "stop" });
});

test("thinking levels: dropped and reported as the effort they come from", async () => {
  const model = await modelOn((exchange) =>
    "thinkingConfig" in configOf(exchange.body)
      ? refuse(exchange, "Thinking level is not supported for this model.")
      : reply(exchange, { text: "ok" }),
  );
  const { events } = await collect(model.stream({ ...hello, sampling: { reasoningEffort: "low" } }));
  expect(events.at(-1)).toMatchObject({ droppedParameters: ["reasoningEffort"] });
});

test("a format beside tools is left out there only", async () => {
  const model = await modelOn((exchange) =>
    "tools" in exchange.body && "responseMimeType" in configOf(exchange.body)
      ? refuse(exchange, "Function calling with a response mime type: 'application/json' is unsupported")
      : reply(exchange, { text: "{}" }),
  );
  const formatted: ChatRequest = { ...hello, responseFormat: { type: "json-object" } };
  expect((await collect(model.stream({ ...formatted, tools: [{ name: "f" }] }))).text).toBe("{}");
  await collect(model.stream(formatted));
  expect(bed.upstream?.exchanges.map(({ body }) => "responseMimeType" in configOf(body))).toEqual([true, false, true]);
});

test("functions never go together with Google's search", async () => {
  const search = [{ googleSearch: {} }];
  const model = await modelOn(call, { extra_body: { tools: search } });
  await collect(model.stream(ballot));
  await collect(model.stream(hello));
  expect(bed.upstream?.exchanges.map(({ body }) => body["tools"])).toEqual([
    [{ functionDeclarations: [{ name: "vote" }, { name: "new_answer" }] }],
    search,
  ]);
});
