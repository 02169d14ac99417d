import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

const hello: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
const key = "test-key-4711-abcdef";

function say(text: string, finish: string | null = null): unknown {
  return { choices: [{ index: 0, delta: { content: text }, finish_reason: finish }] };
}
const whole = frames(say("Hel"), say("lo"), say("", "stop"), { choices: [], usage }, "[DONE]");

const bed = testBed();

async function modelOn(
  answer: (exchange: Exchange) => unknown,
  options: Record<string, unknown> = {},
  type = "openai",
): Promise<ChatModel> {
  bed.upstream = await startUpstream(answer);
  return bed.registry.createModel({ type, model: "m-1", apiKey: key, baseUrl: `${bed.upstream.url}/v1`, options });
}
const answering = (text: string) => (exchange: Exchange) => sendEvents(exchange.response, text);
const bodyOf = (number: number): Record<string, unknown> => bed.upstream?.exchanges[number - 1]?.body ?? {};

test("an answer: text, then one finish with the usage", async () => {
  const model = await modelOn(answering(whole));
  const { events } = await collect(model.stream(hello));
  expect(events).toEqual([
    { type: "text-delta", text: "Hel" },
    { type: "text-delta", text: "lo" },
    { type: "finish", reason: "stop", usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 } },
  ]);
  expect(bed.upstream?.exchanges[0]?.path).toBe("/v1/chat/completions");
  expect(bed.upstream?.exchanges[0]?.headers.authorization).toBe(`Bearer ${key}`);
  expect(bodyOf(1)).toMatchObject({ model: "m-1", stream: true, stream_options: { include_usage: true } });
});

describe("promise 4: no short success", () => {
  test.each([["[DONE] without a finish reason", frames(say("Hel"), "[DONE]"), "truncated", "Hel"]])(
    "%s",
    async (_name, body, code, text) => {
      const model = await modelOn(answering(body));
      const result = await collect(model.stream(hello));
      expect([result.error?.code, result.text]).toEqual([code, text]);
    },
  );
  test("a finish without [DONE] is whole, and so is one whose last blank line is missing", async () => {
    const model = await modelOn(answering(frames(say("Hi"), say("", "stop")).trimEnd()));
    expect((await collect(model.stream(hello))).events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });
  test("a connection that breaks after the finish reason breaks nothing", async () => {
    const model = await modelOn(({ response }) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(frames(say("H"), say("i", "stop")), () => response.destroy());
    });
    const { events, error } = await collect(model.stream(hello));
    expect(error).toBeUndefined();
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });
  test("a JSON completion instead of a stream is read as one", async () => {
    const message = { role: "assistant", content: "Hello", reasoning_content: "hm" };
    const model = await modelOn(({ response }) =>
      sendJson(response, 200, { choices: [{ index: 0, message, finish_reason: "stop" }], usage }),
    );
    const { text, reasoning, events } = await collect(model.stream(hello));
    expect([text, reasoning, events.at(-1)?.type]).toEqual(["Hello", "hm", "finish"]);
  });
});

describe("promise 5: errors inside a stream", () => {
  test.each([
    ["a code", frames(say("Hel"), { error: { message: "no quota", code: "insufficient_quota" } }), "quota"],
    ["a number", frames(say("Hel"), { error: { message: "bad gateway", code: 502 } }), "upstream-failed"],
    [
      "an error event",
      `${frames(say("Hel"))}event: error\ndata: {"message":"busy","type":"overloaded_error"}\n\n`,
      "overloaded",
    ],
    ["a text", frames(say("Hel"), { error: "something broke" }), "upstream-failed"],
    ["a list", frames(say("Hel"), [{ error: { message: "slow down", code: 429 } }]), "rate-limited"],
    ["a flat object without a word for it", frames(say("Hel"), { code: 503, message: "busy" }), "overloaded"],
    ["a flat object", frames(say("Hel"), { object: "error", message: "too long", code: 400 }), "invalid-request"],
  ])("%s", async (_name, body, code) => {
    const model = await modelOn(answering(body));
    const { text, error } = await collect(model.stream(hello));
    expect([text, error?.code]).toEqual(["Hel", code]);
  });
  test.each([
    ["text that is held back, since it may be a call", say("<tool_call>")],
    ["a piece of a call", { choices: [{ delta: { tool_calls: [{ index: 0, function: { name: "look" } }] } }] }],
  ])("an overload behind %s is a failure: who has begun was not too busy to", async (_name, said) => {
    const model = await modelOn(answering(frames(said, { error: { message: "busy", type: "overloaded_error" } })));
    const { events, error } = await collect(model.stream({ ...hello, tools: [{ name: "look" }] }));
    expect(events).toEqual([]);
    expect([error?.code, error?.message]).toEqual(["upstream-failed", "openai m-1: the provider failed: busy"]);
  });
  test("an error after the finish reason takes nothing back", async () => {
    const body = frames(say("Hel", "length"), { error: { message: "Token limit reached", code: 400 } }, "[DONE]");
    const model = await modelOn(answering(body));
    expect((await collect(model.stream(hello))).events.at(-1)).toEqual({ type: "finish", reason: "length" });
  });
});

describe("promise 6: codes, retryAfterMs, redaction", () => {
  test.each([
    [400, { error: { message: "x", code: "context_length_exceeded" } }, "context-length"],
    [400, { error: { message: "x", code: "content_filter" } }, "content-filter"],
    [403, { error: "forbidden" }, "permission"],
    [404, { error: { message: "none", code: "model_not_found" } }, "not-found"],
    [408, {}, "timeout"],
    [413, {}, "context-length"],
    [422, { detail: [{ msg: "bad" }] }, "invalid-request"],
    [429, [{ error: { message: "slow down" } }], "rate-limited"],
    [529, { error: { type: "overloaded_error", message: "busy" } }, "overloaded"],
  ])("%i %j", async (status, body, code) => {
    const model = await modelOn(({ response }) => sendJson(response, status, body));
    const { error } = await collect(model.stream(hello));
    expect([error?.code, error?.status]).toEqual([code, status]);
    expect(error?.message).toMatch(/^openai m-1: /);
    expect(new Set(bed.upstream?.exchanges.map((exchange) => JSON.stringify(exchange.body))).size).toBe(
      bed.upstream?.exchanges.length,
    );
  });
  test.each([
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after-ms": "125" }, 125],
    [{ "retry-after": new Date(0).toUTCString() }, 0],
  ])("retryAfterMs from %j", async (headers, ms) => {
    const model = await modelOn(({ response }) => sendJson(response, 429, { error: { message: "slow" } }, headers));
    expect((await collect(model.stream(hello))).error?.retryAfterMs).toBe(ms);
  });
  test("upstream text without secrets, cut; web pages by their title", async () => {
    const said = `key ${key} and sk-abc123 and AIzaSyX99 and Bearer tok.en and ?key=hush ${"x".repeat(500)}`;
    let refused = true;
    const model = await modelOn(({ response }) =>
      refused
        ? sendJson(response, 400, { error: { message: said } })
        : response.writeHead(502).end(`<html><head><title>Bad Gateway</title></head><body>${key}</body></html>`),
    );
    const first = (await collect(model.stream(hello))).error;
    const logged = `${first?.message} ${String(first?.cause)} ${first?.cause instanceof Error ? first.cause.stack : ""}`;
    expect(logged).not.toMatch(/4711|sk-abc|AIzaSy|tok\.en|hush/);
    expect(first?.message).toContain("[redacted]");
    expect(first?.message.length).toBeLessThan(400);
    refused = false;
    expect((await collect(model.stream(hello))).error?.message).toContain('an HTML page titled "Bad Gateway"');
  });
  test("no connection: the host and the reason", async () => {
    const gone = await startUpstream(() => undefined);
    await gone.close();
    const model = bed.registry.createModel({ type: "vllm", model: "m", baseUrl: `${gone.url}/v1`, options: {} });
    const { error } = await collect(model.stream(hello));
    expect(error?.code).toBe("connection");
    expect(error?.message).toContain(new URL(gone.url).host);
    expect(error?.message).toContain("ECONNREFUSED");
  });
});

test("promise 8: tool calls arrive whole, ids made up past those of the conversation", async () => {
  const piece = (call: object): unknown => ({ choices: [{ index: 0, delta: { tool_calls: [call] } }] });
  const model = await modelOn(
    answering(
      frames(
        piece({ index: 0, function: { name: "look", arguments: '{"a"' } }),
        piece({ index: 0, function: { name: "", arguments: ":1}" } }),
        say("", "stop"),
      ),
    ),
  );
  const call = { id: "call_1", name: "look", arguments: "{}" };
  const { events } = await collect(
    model.stream({
      messages: [
        { role: "user", content: "?" },
        { role: "assistant", content: "", toolCalls: [call] },
        { role: "tool", toolCallId: "call_1", content: "seen" },
      ],
    }),
  );
  expect(events).toEqual([
    { type: "tool-call", id: "call_2", name: "look", arguments: '{"a":1}' },
    { type: "finish", reason: "tool-calls" },
  ]);
});

describe("what a model refuses", () => {
  const refusing =
    (refuses: (body: Record<string, unknown>) => string | undefined, param?: string) =>
    ({ body, response }: Exchange): void => {
      const message = refuses(body);
      if (message === undefined) sendEvents(response, frames(say("ok", "stop"), "[DONE]"));
      else sendJson(response, 400, { error: { message, ...(param !== undefined && { param }) } });
    };
  const tools = [{ name: "vote" }, { name: "new_answer" }];

  test("a forced tool choice: one rung down, remembered", async () => {
    const model = await modelOn(
      refusing((body) =>
        body["tool_choice"] === "required" ? "tool_choice 'required' is incompatible with thinking enabled" : undefined,
      ),
    );
    expect((await collect(model.stream({ ...hello, tools, toolChoice: "required" }))).text).toBe("ok");
    expect((await collect(model.stream({ ...hello, tools, toolChoice: { name: "vote" } }))).text).toBe("ok");
    expect(bed.upstream?.exchanges.map(({ body }) => body["tool_choice"])).toEqual(["required", "auto", "auto"]);
  });
  test("retryOf starts a rung lower", async () => {
    const model = await modelOn(refusing(() => undefined));
    const retryOf = { problem: "no call" };
    await collect(model.stream({ ...hello, tools, toolChoice: "required", retryOf }));
    expect(bodyOf(1)["tool_choice"]).toBe("auto");
  });
  test("stream_options", async () => {
    const model = await modelOn(
      refusing((body) => ("stream_options" in body ? "Unknown field stream_options" : undefined)),
    );
    await collect(model.stream(hello));
    await collect(model.stream(hello));
    expect(bed.upstream?.exchanges.map(({ body }) => "stream_options" in body)).toEqual([true, false, false]);
  });
  test("the name of the token limit", async () => {
    const model = await modelOn(
      refusing((body) =>
        "max_tokens" in body ? "Unsupported parameter: 'max_tokens' is not supported with this model." : undefined,
      ),
      {},
      "deepseek",
    );
    const limited = { ...hello, sampling: { maxOutputTokens: 7 } };
    expect((await collect(model.stream(limited))).events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    expect(bodyOf(2)).toMatchObject({ max_completion_tokens: 7 });
    await collect(model.stream(limited));
    expect(bed.upstream?.exchanges).toHaveLength(3);
  });
  test("a sampling parameter: dropped, remembered, reported", async () => {
    const model = await modelOn(
      refusing((body) => ("temperature" in body ? "Unsupported value." : undefined), "temperature"),
    );
    const warm = { ...hello, sampling: { temperature: 0.2, topP: 0.9 } };
    for (let call = 0; call < 2; call += 1) {
      expect((await collect(model.stream(warm))).events.at(-1)).toEqual({
        type: "finish",
        reason: "stop",
        droppedParameters: ["temperature"],
      });
    }
    expect(bed.upstream?.exchanges.map(({ body }) => "temperature" in body)).toEqual([true, false, false]);
    expect(bodyOf(3)).toMatchObject({ top_p: 0.9 });
    expect((await collect(model.stream(hello))).events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });
  test("a value out of range is no refusal of the parameter", async () => {
    const model = await modelOn(refusing(() => "temperature must be between 0 and 2", "temperature"));
    const { error } = await collect(model.stream({ ...hello, sampling: { temperature: 9 } }));
    expect([error?.code, error?.param]).toEqual(["invalid-request", "temperature"]);
    expect(bed.upstream?.exchanges).toHaveLength(1);
  });
  test("what the configuration insists on is sent, and its refusal shown", async () => {
    const model = await modelOn(
      refusing((body) => ("temperature" in body ? "Unsupported value." : undefined), "temperature"),
      { extra_body: { temperature: 1 } },
    );
    const { error } = await collect(model.stream(hello));
    expect(error?.code).toBe("invalid-request");
    expect(bed.upstream?.exchanges).toHaveLength(1);
  });
  test("a server that takes neither name of the token limit is not asked for ever", async () => {
    const model = await modelOn(refusing(() => "max_tokens and max_completion_tokens are not supported"));
    const { error } = await collect(model.stream({ ...hello, sampling: { maxOutputTokens: 7 } }));
    expect(error?.code).toBe("invalid-request");
    expect(bed.upstream?.exchanges.length).toBeLessThanOrEqual(8);
  });
  test("calls side by side learn from each other", async () => {
    const model = await modelOn(
      refusing((body) => ("max_tokens" in body ? "Unsupported parameter: 'max_tokens' is not supported." : undefined)),
      {},
      "deepseek",
    );
    const limited = { ...hello, sampling: { maxOutputTokens: 7 } };
    const both = await Promise.all([1, 2, 3].map(() => collect(model.stream(limited))));
    expect(both.map(({ text }) => text)).toEqual(["ok", "ok", "ok"]);
  });
  test("the field it complains about is passed on only if it is a field's name", async () => {
    const model = await modelOn(refusing(() => "no", "header Authorization: Bearer secretkey123"));
    const { error } = await collect(model.stream(hello));
    expect(error).toMatchObject({ code: "invalid-request", param: undefined });
  });
  test("never again after something was generated", async () => {
    const failed = { error: { message: "Tool choice is required, but none", code: "tool_use_failed" } };
    const model = await modelOn(({ response }) => sendJson(response, 400, failed));
    await collect(model.stream({ ...hello, tools, toolChoice: "required" }));
    expect(bed.upstream?.exchanges).toHaveLength(1);
  });
});

test("options: headers and fields go along, a key-less server gets no key", async () => {
  bed.upstream = await startUpstream(answering(whole));
  const options = { temperature: 0.1, top_k: 5, default_headers: { "X-Title": "t" }, extra_body: { top_k: 6, z: 1 } };
  const model = bed.registry.createModel({ type: "ollama", model: "m", baseUrl: bed.upstream.url, options });
  await collect(model.stream({ ...hello, sampling: { temperature: 1 } }));
  const [exchange] = bed.upstream.exchanges;
  expect(exchange?.path).toBe("/v1/chat/completions");
  expect(exchange?.body).toMatchObject({ temperature: 0.1, top_k: 6, z: 1 });
  expect(exchange?.headers["x-title"]).toBe("t");
  expect(exchange?.headers.authorization).toBeUndefined();
});

test("Azure: deployments with an api_version, else the v1 surface", async () => {
  bed.upstream = await startUpstream(answering(whole));
  const backend = { type: "azure_openai", model: "dep", apiKey: key, baseUrl: bed.upstream.url };
  await collect(bed.registry.createModel({ ...backend, options: { api_version: "2024-10-21" } }).stream(hello));
  await collect(bed.registry.createModel({ ...backend, options: {} }).stream(hello));
  expect(bed.upstream.exchanges.map(({ path }) => path)).toEqual([
    "/openai/deployments/dep/chat/completions?api-version=2024-10-21",
    "/openai/v1/chat/completions",
  ]);
  expect(bed.upstream.exchanges[0]?.headers["api-key"]).toBe(key);
});

test("Azure: a model that extra_body names is the deployment; one that no path can hold is said", async () => {
  bed.upstream = await startUpstream(answering(whole));
  const backend = { type: "azure_openai", model: "dep", apiKey: key, baseUrl: bed.upstream.url };
  const version = { api_version: "2024-10-21" };
  const other = bed.registry.createModel({ ...backend, options: { ...version, extra_body: { model: "other" } } });
  await collect(other.stream(hello));
  expect(bed.upstream.exchanges[0]?.path).toContain("/openai/deployments/other/chat/completions");
  const { error } = await collect(
    bed.registry.createModel({ ...backend, model: "..", options: version }).stream(hello),
  );
  expect([error?.code, error?.message]).toEqual([
    "configuration",
    expect.stringContaining("azure_openai ..: no request can be made:") as string,
  ]);
});

test("Azure: the address that the portal shows, with the key in Azure's header", async () => {
  bed.upstream = await startUpstream(answering(whole));
  const baseUrl = `${bed.upstream.url}/openai/deployments/dep/chat/completions?api-version=2025-01-01`;
  await collect(
    bed.registry.createModel({ type: "azure_openai", model: "dep", apiKey: key, baseUrl, options: {} }).stream(hello),
  );
  const [exchange] = bed.upstream.exchanges;
  expect(exchange?.path).toBe("/openai/deployments/dep/chat/completions?api-version=2025-01-01");
  expect(exchange?.headers["api-key"]).toBe(key);
});

test.each(["ERROR", "engine_shutdown", "cancelled", "repetition_truncation"])(
  "a stop for %s is never a good end",
  async (finish) => {
    const model = await modelOn(answering(frames(say("The answer is forty-"), say("", finish), "[DONE]")));
    const { events, error } = await collect(model.stream(hello));
    expect(error ?? events.at(-1)).not.toMatchObject({ reason: "stop" });
  },
);

test("a model that refuses an image is known to see none, also to agents made later", async () => {
  const model = await modelOn(({ response }) =>
    sendJson(response, 404, { error: { message: "No endpoints found that support image input" } }),
  );
  expect(model.capabilities?.images).toBe(true);
  const image = { type: "image", url: "https://example.com/a.png" } as const;
  const { error } = await collect(model.stream({ messages: [{ role: "user", content: [image] }] }));
  expect(error?.code).toBe("not-found");
  expect(model.capabilities?.images).toBe(false);
});
