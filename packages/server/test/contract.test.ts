// What goes over the wire, held against OpenAI's published shapes. Numbers are lines of the conformance checklist.
import { parseCompletion, parseErrorBody, parseStream, type StreamedAnswer } from "@massgen/openai-shapes";
import { MassgenError, type RunResult } from "@massgen/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answer, call } from "./asked.ts";
import { chunksOf, hello, post, start, type TestServer } from "./client.ts";
import { answered, drafting, receipt, scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

let server: TestServer;
let engine: ScriptedEngine;

beforeEach(async () => {
  engine = scriptedEngine();
  server = await start({ engine });
});
afterEach(() => server.running.close({ timeoutMs: 0 }));

const toolCalls = [
  { id: "call_1", name: "weather", arguments: '{"city":"Köln 😀\\n"}', opaque: "signature" },
  { id: "call_2", name: "clock", arguments: "" },
];
const wireCalls = toolCalls.map(({ id, name, arguments: json }) => ({ id, name, arguments: json }));

type Ending = Extract<RunResult, { status: "answered" }>;

/** Runs a request to its end, whose answer is scripted. */
async function ask(body: object, text: string, more: Partial<Ending> = {}): Promise<Response> {
  const response = post(server.url, { ...hello, ...body });
  const run = await engine.nextRun();
  run.emit(drafting);
  if (text !== "") run.emit({ type: "content-delta", text });
  if (more.toolCalls !== undefined) run.emit({ type: "tool-calls", toolCalls: more.toolCalls });
  run.emit({ type: "run-finished", result: answered(text, more) });
  return response;
}

async function whole(body: object, text: string, more: Partial<Ending> = {}) {
  return parseCompletion(await (await ask(body, text, more)).json());
}

async function streamed(body: object, text: string, more: Partial<Ending> = {}): Promise<StreamedAnswer> {
  return parseStream(chunksOf(await (await ask({ ...body, stream: true }, text, more)).text()));
}

const asked: Partial<Ending> = { toolCalls, finishReason: "tool-calls" };

test("29: tool calls of a whole answer", async () => {
  const { message, finish_reason } = (await whole({}, "", asked)).choices[0];
  expect(finish_reason).toBe("tool_calls");
  expect(message.content).toBeNull();
  expect(message.tool_calls?.map(({ id, function: called }) => ({ id, ...called }))).toEqual(wireCalls);
  expect((await whole({}, "I look", asked)).choices[0].message.content).toBe("I look");
});

test("30, 31: tool calls of a stream", async () => {
  expect(await streamed({}, "", asked)).toMatchObject({
    content: "",
    toolCalls: wireCalls,
    finishReason: "tool_calls",
  });
  expect(await streamed({}, "I look", asked)).toMatchObject({ content: "I look", toolCalls: wireCalls });
});

test("36: calls of a named function end in tool_calls, whatever the provider calls it", async () => {
  const named = { toolCalls, finishReason: "stop" } as const;
  expect((await whole({}, "", named)).choices[0].finish_reason).toBe("tool_calls");
  expect((await streamed({}, "", named)).finishReason).toBe("tool_calls");
});

test("32, 33, 41: results of calls come back as history", async () => {
  for (const content of [{ content: null }, { content: "" }, {}]) {
    const turn = { role: "assistant", ...content, tool_calls: [call("c1")] };
    const messages = [...hello.messages, turn, answer("c1", [{ type: "text", text: "sunny" }])];
    const response = post(server.url, { messages });
    const run = await engine.nextRun();
    expect(run.request.messages.slice(1)).toEqual([
      { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "f", arguments: "{}" }] },
      { role: "tool", toolCallId: "c1", name: "f", content: "sunny" },
    ]);
    run.reply("Sunny.");
    expect(parseCompletion(await (await response).json()).choices[0].message.content).toBe("Sunny.");
  }
});

test("34 to 38: the run is told what may be called", async () => {
  const tools = ["f", "g"].map((name) => ({ type: "function", function: { name } }));
  const tool_choice = { type: "allowed_tools", allowed_tools: { mode: "required", tools: [tools[1]] } };
  const response = post(server.url, { ...hello, tools, tool_choice, parallel_tool_calls: false });
  const run = await engine.nextRun();
  expect(run.request).toMatchObject({ tools: [{ name: "g" }], toolChoice: "required", parallelToolCalls: false });
  run.reply("x");
  await response;
});

test("43 to 45: a format reaches the run, and a stream of JSON is JSON", async () => {
  const json = '{"a":[1,"\\u2028"]}';
  const response_format = { type: "json_schema", json_schema: { name: "n", schema: { type: "object" }, strict: true } };
  const response = post(server.url, { ...hello, response_format });
  const run = await engine.nextRun();
  expect(run.request.responseFormat).toEqual({
    type: "json-schema",
    name: "n",
    schema: { type: "object" },
    strict: true,
  });
  run.reply(json);
  expect(parseCompletion(await (await response).json()).choices[0].message.content).toBe(json);
  expect((await streamed({ response_format }, json)).content).toBe(json);
});

describe("usage", () => {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 4,
    total_tokens: 14,
    prompt_tokens_details: { cached_tokens: 3 },
    completion_tokens_details: { reasoning_tokens: 1 },
  };
  const include = { stream_options: { include_usage: true } };

  test("3, 18: the same, streamed and not", async () => {
    expect((await whole({}, "x")).usage).toEqual(usage);
    expect((await streamed(include, "x")).usage).toEqual(usage);
  });

  test("16, 61: not streamed unless asked for; asking without a stream is no mistake", async () => {
    expect(await streamed({}, "x")).not.toHaveProperty("usage");
    expect(await streamed({ stream_options: { include_usage: null } }, "x")).not.toHaveProperty("usage");
    expect((await whole({ ...include, stream: false }, "x")).usage).toEqual(usage);
  });

  test("nothing reported: the estimate", async () => {
    const unreported = { inputTokens: 5, outputTokens: 2 };
    const silent = { receipt: { ...receipt, usage: undefined, usageComplete: false, unreported } };
    const estimate = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    expect((await whole({}, "x", silent)).usage).toEqual(estimate);
    expect((await streamed(include, "x", silent)).usage).toEqual(estimate);
  });
});

test("12, 14, 15, 17, 27: an empty answer is a whole stream", async () => {
  expect(await streamed({ stream_options: { include_usage: true } }, "")).toMatchObject({
    content: "",
    reasoning: "[a] Drafting...\n",
    finishReason: "stop",
    usage: { total_tokens: 14 },
  });
});

test("64: what is ignored does not reach the run", async () => {
  const secret = "s3cret";
  const response = post(server.url, {
    ...hello,
    user: secret,
    // Without `store` it is nobody's.
    metadata: { a: secret },
    service_tier: "auto",
    prompt_cache_key: "k",
    safety_identifier: secret,
    prediction: { type: "content", content: secret },
    unheard_of: secret,
  });
  const run = await engine.nextRun();
  const { signal: _, ...request } = run.request;
  expect(JSON.stringify(request)).not.toContain(secret);
  expect(request.cacheKey).toBe("k");
  run.reply("x");
  expect(await (await response).text()).not.toContain(secret);
});

test("53: ten megabytes of image pass", async () => {
  const url = `data:image/png;base64,${"A".repeat(10_000_000)}`;
  const content = [{ type: "image_url", image_url: { url } }];
  const response = post(server.url, { messages: [{ role: "user", content }] });
  const run = await engine.nextRun();
  expect(run.request.messages[0]?.content).toEqual([{ type: "image", url }]);
  run.reply("x");
  expect((await response).status).toBe(200);
});

test.each<[string, object, string]>([
  ["38", { tools: [{ type: "custom", custom: { name: "f" } }] }, "tools[0]"],
  [
    "39",
    { tools: [{ function: { name: "f" } }], tool_choice: { type: "function", function: { name: "g" } } },
    "tool_choice.function.name",
  ],
  ["40", { messages: [...hello.messages, answer("c1")] }, "messages[1].tool_call_id"],
  ["46", { response_format: { type: "xml" } }, "response_format.type"],
  [
    "49",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }] }] },
    "messages[0].content[0].image_url.url",
  ],
  ["50", { messages: [{ role: "user", content: [{ type: "input_audio" }] }] }, "messages[0].content[0]"],
  ["52", { messages: [{ role: "user", content: [] }] }, "messages[0].content"],
  ["55", { stop: Array.from({ length: 65 }, String) }, "stop"],
  ["57", { n: 2 }, "n"],
  ["58", { logprobs: true }, "logprobs"],
])("%s: refused by name, streamed or not (%j)", async (_line, body, param) => {
  for (const stream of [false, true]) {
    const response = await post(server.url, { ...hello, ...body, stream });
    expect([response.status, response.headers.get("content-type")]).toEqual([400, "application/json; charset=utf-8"]);
    expect(parseErrorBody(await response.json()).error).toMatchObject({ type: "invalid_request_error", param });
  }
  expect(engine.started()).toBe(0);
});

test("what only the team can judge is a 400 too", async () => {
  const picky = scriptedEngine({
    run() {
      throw new MassgenError("invalid-request", "No agent of this team can see images.", { param: "messages" });
    },
  });
  const other = await start({ engine: picky });
  const response = await post(other.url, hello);
  expect(response.status).toBe(400);
  expect(parseErrorBody(await response.json()).error).toEqual({
    message: "No agent of this team can see images.",
    type: "invalid_request_error",
    param: "messages",
    code: "invalid_value",
  });
  await other.running.close({ timeoutMs: 0 });
});

test.each([
  ["POST", "/v1/embeddings", "A team makes no embeddings"],
  ["POST", "/v1/v1/chat/completions", "adds /v1"],
  ["POST", "/constructor", "Send requests to POST /v1/chat/completions."],
])("69: %s %s is not here, and the answer says what is", async (method, path, words) => {
  const response = await fetch(server.url + path, { method });
  expect(response.status).toBe(404);
  const { error } = parseErrorBody(await response.json());
  expect(error).toMatchObject({ type: "invalid_request_error", code: "unknown_url" });
  expect(error.message).toContain(words);
});
