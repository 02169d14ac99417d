import { describe, expect, test } from "vitest";
import type { ChatRequest } from "@massgen/core/model";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { collect } from "../../fixtures/collect.ts";
import { createRegistry } from "../registry.ts";
import { createOpenAICompatible } from "../openai-compatible/provider.ts";
import { vendors } from "../openai-compatible/vendors.ts";

interface Sent {
  readonly url: string;
  readonly body: JsonObject;
}

const hello: ChatRequest = { messages: [{ role: "user", content: "Hi" }] };
const done = { object: "response", id: "r", status: "completed", output: [] };
const saying = (text: string): object => ({
  ...done,
  output: [{ type: "message", content: [{ type: "output_text", text }] }],
});

interface Service {
  readonly type?: string;
  readonly model?: string;
  readonly baseUrl?: string;
  readonly options?: JsonObject;
  readonly answer?: (body: JsonObject) => Response;
}

/** A model, and what it sends. */
function modelOn({ type = "openai", model = "m", baseUrl, options = { api: "responses" }, answer }: Service = {}) {
  const vendor = vendors.find((one) => one.type === type);
  if (vendor === undefined) throw new Error(`no vendor ${type}`);
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const body = JSON.parse(init?.body as string) as JsonObject;
    sent.push({ url: url as string, body });
    return answer?.(body) ?? Response.json(saying("Hello"));
  };
  const settings = { model, apiKey: "k", baseUrl: baseUrl ?? vendor.baseUrl ?? "", options };
  const context = { fetch, redact: (text: string) => text, env: {} };
  return { model: createOpenAICompatible(vendor).createModel(settings, context), sent };
}

const refusal = (message: string, param: string | null = null): Response =>
  Response.json({ error: { message, type: "invalid_request_error", param, code: null } }, { status: 400 });

describe("which API is called", () => {
  const pathOf = async (type: string, model: string, options: JsonObject = {}): Promise<string> => {
    const call = modelOn({ type, model, options });
    await collect(call.model.stream(hello)).catch(() => undefined);
    return new URL(call.sent[0]?.url ?? "").pathname;
  };

  test.each([
    ["gpt-4o", "/v1/chat/completions"],
    ["gpt-5", "/v1/chat/completions"],
    ["o3", "/v1/chat/completions"],
    ["o1-pro", "/v1/responses"],
    ["o3-pro-2025-06-10", "/v1/responses"],
    ["gpt-5-pro", "/v1/responses"],
    ["gpt-5.2-pro", "/v1/responses"],
    ["gpt-5.1-codex-max", "/v1/responses"],
    ["codex-mini-latest", "/v1/responses"],
    ["o4-mini-deep-research", "/v1/responses"],
    ["ft:gpt-4o:acme:my-codex", "/v1/chat/completions"],
  ])("%s: %s", async (model, path) => expect(await pathOf("openai", model)).toBe(path));

  test("the option wins over the model's name", async () => {
    expect(await pathOf("openai", "o3-pro", { api: "chat" })).toBe("/v1/chat/completions");
    expect(await pathOf("grok", "grok-4", { api: "responses" })).toBe("/v1/responses");
    expect(await pathOf("openrouter", "openai/gpt-5", { api: "responses" })).toBe("/api/v1/responses");
  });

  test("it is no field of the request", async () => {
    const { model, sent } = modelOn();
    await collect(model.stream(hello));
    expect(sent[0]?.body).not.toHaveProperty("api");
  });

  test.each(["claude", "gemini", "groq", "ollama", "demo"])("%s has no choice", (type) => {
    const registry = createRegistry({ env: {} });
    const backend = { type, model: "m", apiKey: "k", options: { api: "responses" } };
    expect(() => registry.createModel(backend)).toThrow(`backend ${type}: api cannot be chosen`);
  });

  test("there are two of them", () => {
    expect(() => modelOn({ options: { api: "realtime" } })).toThrow("backend openai: api must be chat or responses");
  });
});

describe("Azure", () => {
  const endpoint = "https://r.openai.azure.com";
  test.each([
    [endpoint, {}, `${endpoint}/openai/v1/responses`],
    [endpoint, { api_version: "2025-04-01-preview" }, `${endpoint}/openai/responses?api-version=2025-04-01-preview`],
    [`${endpoint}/openai/v1/responses`, {}, `${endpoint}/openai/v1/responses`],
  ])("%s with %j", async (baseUrl, version, url) => {
    const options = { ...version, api: "responses" };
    const { model, sent } = modelOn({ type: "azure_openai", baseUrl, options });
    expect((await collect(model.stream(hello))).text).toBe("Hello");
    expect([sent[0]?.url, sent[0]?.body["model"]]).toEqual([url, "m"]);
  });
});

describe("refusals teach", () => {
  test("that a model has no reasoning to encrypt, once", async () => {
    const answer = (body: JsonObject): Response =>
      "include" in body
        ? refusal("Encrypted content is not supported with this model.", "include")
        : Response.json(saying("Hello"));
    const { model, sent } = modelOn({ answer });
    for (let call = 0; call < 2; call += 1) expect((await collect(model.stream(hello))).text).toBe("Hello");
    expect(sent.map(({ body }) => "include" in body)).toEqual([true, false, false]);
  });

  test("that an effort is refused, and say what was left out", async () => {
    const answer = (body: JsonObject): Response =>
      "reasoning" in body
        ? refusal("Unsupported parameter: 'reasoning.effort' is not supported with this model.", "reasoning.effort")
        : Response.json(saying("Hello"));
    const { model } = modelOn({ answer });
    const got = await collect(model.stream({ ...hello, sampling: { reasoningEffort: "low" } }));
    expect(got.finish).toMatchObject({ reason: "stop", droppedParameters: ["reasoningEffort"] });
  });

  test("that a cache key is refused", async () => {
    const answer = (body: JsonObject): Response =>
      "prompt_cache_key" in body
        ? refusal("Unknown parameter: 'prompt_cache_key'.", "prompt_cache_key")
        : Response.json(saying("Hello"));
    const { model, sent } = modelOn({ answer });
    const cached = { ...hello, prefix: { key: "key", added: 0 } };
    for (let call = 0; call < 2; call += 1) expect((await collect(model.stream(cached))).text).toBe("Hello");
    expect(sent.map(({ body }) => body["prompt_cache_key"])).toEqual(["key", undefined, undefined]);
  });

  test("that a model does not stream", async () => {
    const answer = (body: JsonObject): Response =>
      body["stream"] === true
        ? refusal("Unsupported value: 'stream' does not support true with this model.", "stream")
        : Response.json(saying("Hello"));
    const { model } = modelOn({ model: "o1-pro", answer });
    expect((await collect(model.stream(hello))).text).toBe("Hello");
  });

  test("that earlier reasoning is not readable, in this call", async () => {
    const items = [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "e" }];
    const opaque = { provider: "openai", model: "m", items };
    const messages: ChatRequest["messages"] = [
      { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "look", arguments: "{}", opaque }] },
      { role: "tool", toolCallId: "c1", name: "look", content: "A cat" },
    ];
    const answer = (body: JsonObject): Response =>
      JSON.stringify(body["input"]).includes("encrypted_content")
        ? refusal("The encrypted content for item rs_1 could not be verified.")
        : Response.json(saying("A cat"));
    const { model, sent } = modelOn({ answer });
    expect((await collect(model.stream({ messages }))).text).toBe("A cat");
    expect(sent).toHaveLength(2);
    expect(sent[1]?.body["include"]).toEqual(["reasoning.encrypted_content"]);
  });
});

describe("a call that has to be made", () => {
  const tools = [{ name: "vote", parameters: { type: "object", properties: { agent_id: { type: "string" } } } }];
  const ballot: ChatRequest = { ...hello, tools, toolChoice: { name: "vote" }, parallelToolCalls: false };
  const vote = '{"agent_id":"agent1"}';
  const call = { type: "function_call", call_id: "c1", name: "vote", arguments: vote };

  test("is forced by name", async () => {
    const { model, sent } = modelOn({ answer: () => Response.json({ ...done, output: [call] }) });
    const got = await collect(model.stream(ballot));
    expect([got.calls.map(({ arguments: written }) => written), got.finish?.reason]).toEqual([[vote], "tool-calls"]);
    expect(sent[0]?.body["tool_choice"]).toEqual({ type: "function", name: "vote" });
  });

  test("is asked for in words where it cannot be forced, and as a schema where there are no tools", async () => {
    const answer = (body: JsonObject): Response => {
      if ("tools" in body && body["tool_choice"] !== "auto")
        return refusal("tool_choice is not supported", "tool_choice");
      if ("tools" in body) return refusal("tools are not supported with this model", "tools");
      return Response.json(saying(`{"tool": "vote", "arguments": ${vote}}`));
    };
    const { model, sent } = modelOn({ type: "openrouter", answer });
    const got = await collect(model.stream(ballot));
    expect(got.calls.map(({ name, arguments: written }) => [name, JSON.parse(written)])).toEqual([
      ["vote", { agent_id: "agent1" }],
    ]);
    expect(sent.at(-1)?.body).toMatchObject({
      text: { format: { type: "json_schema", name: "tool_call" } },
      provider: { require_parameters: true },
    });
  });
});

test("a failure inside an answer has its code, and one without an end is truncated", async () => {
  const stream = (...events: readonly object[]): Response =>
    new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""), {
      headers: { "content-type": "text/event-stream" },
    });
  const delta = { type: "response.output_text.delta", output_index: 0, delta: "So" };
  const error = { code: "rate_limit_exceeded", message: "Slow down." };
  const failed = modelOn({
    answer: () => stream(delta, { type: "response.failed", response: { status: "failed", error } }),
  });
  expect((await collect(failed.model.stream(hello))).error).toMatchObject({ code: "rate-limited" });
  const cut = modelOn({ answer: () => stream(delta) });
  expect((await collect(cut.model.stream(hello))).error).toMatchObject({ code: "truncated" });
  const queued = modelOn({ answer: () => Response.json({ object: "response", status: "queued", output: [] }) });
  expect((await collect(queued.model.stream(hello))).error).toMatchObject({ code: "invalid-response" });
});
