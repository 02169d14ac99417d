// Paths as clients call them, and what they may say in headers.
import { createTeam } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { start, type TestServer } from "./client.ts";
import { answered, drafting, scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

let server: TestServer;
let engine: ScriptedEngine;

beforeEach(async () => {
  engine = scriptedEngine({ traces: "full" });
  server = await start({ engine });
});
afterEach(() => server.running.close({ timeoutMs: 0 }));

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

const messages = [{ role: "user", content: "Hi" }];

test.each<[string, object, object]>([
  ["/chat/completions", { messages }, { object: "chat.completion" }],
  ["/responses", { input: "Hi" }, { object: "response" }],
  ["/messages", { messages, max_tokens: 9 }, { type: "message" }],
  ["/completions", { prompt: "Hi" }, { object: "text_completion" }],
])("a base URL may leave out /v1: %s", async (path, body, answer) => {
  for (const prefix of ["", "/v1"]) {
    const response = post(prefix + path, body);
    (await engine.nextRun()).reply("Good day.");
    expect([(await response).status, await (await response).json()]).toMatchObject([200, answer]);
  }
});

test("models in the words of who asks", async () => {
  for (const path of ["/models", "/v1/models"]) {
    expect(await (await fetch(server.url + path)).json()).toMatchObject({
      object: "list",
      data: [{ id: "massgen", object: "model" }],
    });
    const headers = { "anthropic-version": "2023-06-01" };
    expect(await (await fetch(server.url + path, { headers })).json()).toEqual({
      data: [
        {
          type: "model",
          id: "massgen",
          display_name: "massgen",
          created_at: "2023-11-14T22:13:20.000Z",
          max_input_tokens: null,
          max_tokens: null,
          capabilities: null,
          line: null,
          lifecycle: "active",
          deprecated_at: null,
          retires_at: null,
        },
      ],
      has_more: false,
      first_id: "massgen",
      last_id: "massgen",
    });
  }
});

test("a model's windows, and any name that requests may use", async () => {
  const made = scriptedModel(() => "", { capabilities: { contextTokens: 8192 } });
  const team = createTeam({ agents: [{ id: "a", model: made, sampling: { maxOutputTokens: 900 } }] });
  const other = await start({ team });
  const get = async (headers: Record<string, string>): Promise<unknown> =>
    (await fetch(`${other.url}/v1/models/any/name`, { headers })).json();
  expect(await get({})).toMatchObject({ id: "any/name", context_length: 8192, max_output_tokens: 900 });
  const anthropic = { id: "any/name", max_input_tokens: 8192, max_tokens: 900 };
  expect(await get({ "anthropic-version": "2023-06-01" })).toMatchObject(anthropic);
  await other.running.close({ timeoutMs: 0 });
});

test("who looks at the root finds something", async () => {
  expect(await (await fetch(server.url)).json()).toEqual({ status: "ok" });
  expect((await fetch(server.url, { method: "HEAD" })).status).toBe(200);
});

test.each([
  ["off", ""],
  ["summary", "[a] Drafting...\n"],
  ["live", "[a] Drafting...\n[a] | Hm."],
])("traces no louder than a request wants them: %s", async (level, traces) => {
  const response = post("/v1/chat/completions", { messages }, { "x-massgen-traces": level });
  const run = await engine.nextRun();
  run.emit(drafting, { type: "reasoning-delta", agentId: "a", text: "Hm." });
  run.reply("Good day.");
  const { choices } = (await (await response).json()) as { choices: [{ message: { reasoning_content?: string } }] };
  expect((choices[0].message.reasoning_content ?? "").trimEnd()).toBe(traces.trimEnd());
});

test("a level of traces that does not exist is refused", async () => {
  const response = await post("/v1/chat/completions", { messages }, { "x-massgen-traces": "loud" });
  expect([response.status, await response.json()]).toMatchObject([400, { error: { param: "x-massgen-traces" } }]);
});

test.each([
  ["/v1/chat/completions", { messages }],
  ["/v1/responses", { input: "Hi" }],
  ["/v1/messages", { messages, max_tokens: 5 }],
  ["/v1/completions", { prompt: "Hi" }],
])("%s tells of each call when it is asked to", async (path, body) => {
  const told = async (headers: Record<string, string>, stream: boolean): Promise<string> => {
    const response = post(path, { ...body, stream }, headers);
    (await engine.nextRun()).reply("Good day.");
    return (await response).text();
  };
  const calls = [
    `"calls_detail":[{"id":"call-1","agent":"a","model":"m1","purpose":"draft","queued_ms":0,"sent_ms":0,`,
    `"first_token_ms":4,"end_ms":7,"result":"ok","tokens_in":10,"tokens_out":4,"cost_usd":0.0005,"retry_of":null},`,
    `{"id":"call-2","agent":"b","model":"m2","purpose":"draft","queued_ms":0,"sent_ms":null,`,
    `"first_token_ms":null,"end_ms":8,"result":"unsent","tokens_in":null,"tokens_out":null,"cost_usd":null,"retry_of":"call-1"}]`,
  ].join("");
  for (const stream of [false, true]) {
    expect(await told({ "x-massgen-calls-detail": "1" }, stream)).toContain(calls);
    expect(await told({ "x-massgen-calls-detail": "0" }, stream)).not.toContain("calls_detail");
    expect(await told({}, stream)).not.toContain("calls_detail");
  }
  const refused = await post(path, body, { "x-massgen-calls-detail": "yes" });
  expect(refused.status).toBe(400);
});

test("text completions: whole, streamed, and what they refuse", async () => {
  const whole = post("/v1/completions", { prompt: ["Once"], max_tokens: 5 });
  const run = await engine.nextRun();
  expect(run.request).toMatchObject({
    messages: [{ role: "user", content: "Once" }],
    sampling: { maxOutputTokens: 5 },
  });
  run.reply("upon a time");
  expect(await (await whole).json()).toMatchObject({
    id: expect.stringMatching(/^cmpl-/) as string,
    choices: [{ index: 0, text: "upon a time", logprobs: null, finish_reason: "stop" }],
    usage: { total_tokens: 14 },
  });

  const stream = post("/v1/completions", { prompt: "Once", stream: true, stream_options: { include_usage: true } });
  const live = await engine.nextRun();
  live.emit({ type: "content-delta", text: "upon " }, { type: "content-delta", text: "a time" });
  live.emit({ type: "run-finished", result: answered("upon a time") });
  const frames = (await (await stream).text()).split("\n\n").filter(Boolean);
  expect(frames.pop()).toBe("data: [DONE]");
  const chunks = frames.map((frame) => JSON.parse(frame.slice("data: ".length)) as { choices: { text: string }[] });
  expect(chunks.map(({ choices }) => choices[0]?.text)).toEqual(["upon ", "a time", "", undefined]);

  for (const [field, value] of Object.entries({
    prompt: ["a", "b"],
    suffix: "x",
    echo: true,
    best_of: 2,
    n: 2,
    logprobs: 1,
  })) {
    const response = await post("/v1/completions", { prompt: "Once", [field]: value });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: field } }]);
  }
});
