import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

const hello: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const key = "test-key-4711-abcdef";

/** The payload of an event. */
interface Payload {
  readonly type: string;
  readonly [field: string]: unknown;
}
const frames = (...payloads: readonly Payload[]): string =>
  payloads.map((payload) => `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`).join("");
const start = { type: "message_start", message: { usage: { input_tokens: 5, output_tokens: 1 } } };
const say = (text: string): Payload => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text },
});
const ends = (stop_reason: string): Payload => ({
  type: "message_delta",
  delta: { stop_reason },
  usage: { output_tokens: 2 },
});
const stop = { type: "message_stop" };
const usage = { inputTokens: 5, outputTokens: 2 };
const finish = { type: "finish", reason: "stop", usage };
const whole = frames(start, say("Hel"), say("lo"), ends("end_turn"), stop);

const bed = testBed();

async function modelOn(
  answer: (exchange: Exchange) => unknown,
  options: Record<string, unknown> = {},
): Promise<ChatModel> {
  bed.upstream = await startUpstream(answer);
  return bed.registry.createModel({ type: "claude", model: "m-1", apiKey: key, baseUrl: bed.upstream.url, options });
}
const answering = (text: string) => (exchange: Exchange) => sendEvents(exchange.response, text);

test("an answer: text, then one finish with the usage", async () => {
  const model = await modelOn(answering(whole));
  const { events } = await collect(model.stream(hello));
  expect(events).toEqual([{ type: "text-delta", text: "Hel" }, { type: "text-delta", text: "lo" }, finish]);
  const [exchange] = bed.upstream?.exchanges ?? [];
  expect(exchange?.path).toBe("/v1/messages");
  expect(exchange?.headers).toMatchObject({
    "x-api-key": key,
    "anthropic-version": "2023-06-01",
    "content-type": "application/json",
  });
  expect(exchange?.headers).not.toHaveProperty("authorization");
  expect(exchange?.headers).not.toHaveProperty("anthropic-beta");
  expect(exchange?.body).toMatchObject({ model: "m-1", stream: true, max_tokens: 8192 });
});

describe("promise 4: no short success", () => {
  test.each([
    ["an end without stop_reason", frames(start, say("Hel")), "truncated", "Hel"],
    ["pings only", frames({ type: "ping" }), "truncated", ""],
  ])("%s", async (_name, body, code, text) => {
    const model = await modelOn(answering(body));
    const result = await collect(model.stream(hello));
    expect([result.error?.code, result.text]).toEqual([code, text]);
  });
  test("stop_reason ends an answer of which message_stop is missing", async () => {
    const model = await modelOn(answering(frames(start, say("Hello"), ends("end_turn"))));
    const { text, finish } = await collect(model.stream(hello));
    expect([text, finish?.reason]).toEqual(["Hello", "stop"]);
  });
  test("what follows message_stop takes nothing back, and its blank line may be missing", async () => {
    const model = await modelOn(({ number, response }) => {
      if (number === 1) sendEvents(response, whole.trimEnd());
      else response.writeHead(200).write(`${whole}data: oops\n\n`, () => response.destroy());
    });
    for (let call = 0; call < 2; call += 1) {
      const { events, error } = await collect(model.stream(hello));
      expect([events.at(-1), error]).toEqual([finish, undefined]);
    }
  });
  test("a JSON message instead of a stream is read as one", async () => {
    const content = [{ type: "text", text: "Hello" }];
    const message = { type: "message", content, stop_reason: "end_turn", usage: { input_tokens: 5, output_tokens: 2 } };
    const model = await modelOn(({ response }) => sendJson(response, 200, message));
    expect((await collect(model.stream(hello))).events).toEqual([{ type: "text-delta", text: "Hello" }, finish]);
  });
});

describe("promise 5: errors inside a stream", () => {
  const failed = (type: string, message: string): Payload => ({
    type: "error",
    error: { type, message },
  });
  test.each([
    ["overloaded_error", "Overloaded", "overloaded"],
    ["api_error", "Internal server error", "upstream-failed"],
    ["timeout_error", "Request timed out", "upstream-failed"],
    ["rate_limit_error", "Slow down", "rate-limited"],
    ["authentication_error", "invalid x-api-key", "authentication"],
    ["permission_error", "no", "permission"],
    ["not_found_error", "model: m-1", "not-found"],
    ["request_too_large", "Request exceeds the maximum size", "context-length"],
    ["invalid_request_error", "prompt is too long: 214354 tokens > 200000 maximum", "context-length"],
    ["invalid_request_error", "messages: Field required", "invalid-request"],
  ])("%s: %s", async (type, message, code) => {
    const model = await modelOn(answering(frames(start, say("Hel"), failed(type, message))));
    const { text, error } = await collect(model.stream(hello));
    expect([text, error?.code]).toEqual(["Hel", code]);
    expect(error?.message).toContain(message);
    expect(error?.usage).toEqual({ inputTokens: 5, outputTokens: 1 });
  });
  test("an error event whose data does not say so", async () => {
    const body = `${frames(start, say("Hel"))}event: error\ndata: {"message":"busy"}\n\n`;
    const model = await modelOn(answering(body));
    expect((await collect(model.stream(hello))).error?.code).toBe("upstream-failed");
  });
  test("a type that only the event's name says", async () => {
    const payloads: readonly { readonly type: string }[] = [start, say("Hel"), say("lo"), ends("end_turn"), stop];
    const body = payloads.map(({ type, ...rest }) => `event: ${type}\ndata: ${JSON.stringify(rest)}\n\n`).join("");
    const { text, finish } = await collect((await modelOn(answering(body))).stream(hello));
    expect([text, finish?.reason]).toEqual(["Hello", "stop"]);
  });
  test("an error as JSON with status 200", async () => {
    const model = await modelOn(({ response }) => sendJson(response, 200, failed("rate_limit_error", "slow")));
    expect((await collect(model.stream(hello))).error?.code).toBe("rate-limited");
  });
});

describe("promise 6: codes, retryAfterMs, redaction", () => {
  const failed = (type: string, message = "x"): unknown => ({ type: "error", error: { type, message } });
  test.each([
    [400, failed("invalid_request_error"), "invalid-request"],
    [400, failed("invalid_request_error", "prompt is too long: 2 tokens > 1 maximum"), "context-length"],
    [401, failed("authentication_error"), "authentication"],
    [402, failed("billing_error"), "quota"],
    [403, failed("permission_error"), "permission"],
    [404, failed("not_found_error"), "not-found"],
    [413, failed("request_too_large"), "context-length"],
    [429, failed("rate_limit_error"), "rate-limited"],
    [500, failed("api_error"), "upstream-failed"],
    [504, failed("timeout_error"), "upstream-failed"],
    [529, failed("overloaded_error"), "overloaded"],
  ])("%i %j", async (status, body, code) => {
    const model = await modelOn(({ response }) => sendJson(response, status, body));
    const { error } = await collect(model.stream(hello));
    expect([error?.code, error?.status]).toEqual([code, status]);
    expect(error?.message).toMatch(/^claude m-1: /);
    expect(bed.upstream?.exchanges).toHaveLength(1);
  });
  test.each([
    [529, { "retry-after": "2" }, 2000],
    [429, { "retry-after-ms": "125" }, 125],
    [429, {}, undefined],
  ])("retryAfterMs of %i from %j", async (status, headers, ms) => {
    const model = await modelOn(({ response }) => sendJson(response, status, failed("overloaded_error"), headers));
    expect((await collect(model.stream(hello))).error?.retryAfterMs).toBe(ms);
  });
  test("upstream text without secrets, cut; web pages by their title", async () => {
    const said = `key ${key} and sk-ant-abc123 and ${"x".repeat(500)}`;
    const model = await modelOn(({ number, response }) =>
      number === 1
        ? sendJson(response, 400, failed("invalid_request_error", said))
        : response.writeHead(502).end(`<html><head><title>Bad Gateway</title></head><body>${key}</body></html>`),
    );
    const { error } = await collect(model.stream(hello));
    expect(error?.message).toContain("key [redacted] and [redacted] and x");
    expect(error?.message.length).toBeLessThan(400);
    expect((await collect(model.stream(hello))).error?.message).toContain('an HTML page titled "Bad Gateway"');
  });
  test("a refusal that breaks off keeps its status", async () => {
    const model = await modelOn(({ response }) => {
      response.writeHead(404, { "content-length": "100" }).write("{", () => response.destroy());
    });
    const { error } = await collect(model.stream(hello));
    expect([error?.code, error?.status]).toEqual(["not-found", 404]);
  });
  test("a refusal that stalls runs into the idle limit", async () => {
    const model = await modelOn(({ response }) => response.writeHead(400).write('{"type":"er'));
    const { error } = await collect(model.stream({ ...hello, limits: { firstTokenMs: 9000, idleMs: 40 } }));
    expect(error?.code).toBe("timeout");
    await bed.upstream?.exchanges[0]?.closed;
  });
  test("a redirect is not followed: the key stays here", async () => {
    const elsewhere = await startUpstream(answering(whole));
    const model = await modelOn(({ response }) => response.writeHead(307, { location: `${elsewhere.url}/x` }).end());
    const { error } = await collect(model.stream(hello));
    expect(elsewhere.exchanges).toHaveLength(0);
    await elsewhere.close();
    expect(error?.code).toBe("invalid-response");
    expect(error?.message).toContain(`redirects to ${elsewhere.url}`);
  });
  test("no connection: the host and the reason", async () => {
    const gone = await startUpstream(() => undefined);
    await gone.close();
    const model = bed.registry.createModel({ type: "claude", model: "m", apiKey: key, baseUrl: gone.url, options: {} });
    const { error } = await collect(model.stream(hello));
    expect(error?.code).toBe("connection");
    expect(error?.message).toContain(`cannot reach ${new URL(gone.url).host}: connection refused`);
  });
});

test("promise 8: a call arrives whole; the thinking before it travels beside it and goes back unchanged", async () => {
  const block = (index: number, content_block: object): Payload => ({
    type: "content_block_start",
    index,
    content_block,
  });
  const delta = (index: number, piece: object): Payload => ({
    type: "content_block_delta",
    index,
    delta: piece,
  });
  const calling = frames(
    start,
    block(0, { type: "thinking", thinking: "" }),
    delta(0, { type: "thinking_delta", thinking: "hm" }),
    delta(0, { type: "signature_delta", signature: "sig==" }),
    block(1, { type: "tool_use", id: "toolu_1", name: "look", input: {} }),
    delta(1, { type: "input_json_delta", partial_json: '{"a"' }),
    delta(1, { type: "input_json_delta", partial_json: ":1}" }),
    ends("tool_use"),
    stop,
  );
  const thinking = { type: "enabled", budget_tokens: 1024 };
  const model = await modelOn(answering(calling), { thinking });
  const { events } = await collect(model.stream(hello));
  const [, call] = events;
  if (call?.type !== "tool-call") throw new Error("no call");
  expect(call).toMatchObject({ id: "toolu_1", name: "look", arguments: '{"a":1}' });
  expect(events.at(-1)).toEqual({ type: "finish", reason: "tool-calls", usage });
  const { type: _type, ...toolCall } = call;
  await collect(
    model.stream({
      messages: [
        ...hello.messages,
        { role: "assistant", content: "", toolCalls: [toolCall] },
        { role: "tool", toolCallId: "toolu_1", content: "seen" },
      ],
    }),
  );
  expect(bed.upstream?.exchanges[1]?.body).toMatchObject({
    thinking,
    messages: [
      { role: "user", content: [{ type: "text", text: "Hello" }] },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "hm", signature: "sig==" },
          { type: "tool_use", id: "toolu_1", name: "look", input: { a: 1 } },
        ],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "seen" }] },
    ],
  });
});

describe("what a model refuses", () => {
  const refusing =
    (refuses: (body: Record<string, unknown>) => string | undefined) =>
    ({ body, response }: Exchange): void => {
      const message = refuses(body);
      if (message === undefined) sendEvents(response, whole);
      else sendJson(response, 400, { type: "error", error: { type: "invalid_request_error", message } });
    };
  const tools = [{ name: "vote" }, { name: "new_answer" }];
  const thinking = { type: "enabled", budget_tokens: 1024 };
  const forced: ChatRequest = { ...hello, tools, toolChoice: "required" };
  const asked = (): unknown[] =>
    (bed.upstream?.exchanges ?? []).map(({ body }) => [
      (body["tool_choice"] as { type: string } | undefined)?.type,
      (body["thinking"] as { type: string } | undefined)?.type,
    ]);
  const forces = (body: Record<string, unknown>): boolean =>
    ["any", "tool"].includes((body["tool_choice"] as { type: string } | undefined)?.type ?? "");
  const message = "Thinking may not be enabled when tool_choice forces tool use.";

  test("a forced choice with thinking: without thinking; other calls keep it", async () => {
    const model = await modelOn(
      refusing((body) =>
        forces(body) && (body["thinking"] as { type: string }).type === "enabled" ? message : undefined,
      ),
      { thinking },
    );
    for (const request of [forced, hello]) {
      expect((await collect(model.stream(request))).text).toBe("Hello");
    }
    expect(asked()).toEqual([
      ["any", "enabled"],
      ["any", "disabled"],
      [undefined, "enabled"],
    ]);
  });
  test("a forced choice at all: a free one, with thinking again", async () => {
    const model = await modelOn(
      refusing((body) => (forces(body) ? message : undefined)),
      { thinking },
    );
    for (let call = 0; call < 2; call += 1) expect((await collect(model.stream(forced))).text).toBe("Hello");
    expect(asked()).toEqual([
      ["any", "enabled"],
      ["any", "disabled"],
      ["auto", "enabled"],
      ["auto", "enabled"],
    ]);
  });
  test("retryOf starts a rung lower", async () => {
    const model = await modelOn(refusing(() => undefined));
    await collect(model.stream({ ...forced, retryOf: { problem: "no call" } }));
    expect(asked()).toEqual([["any", "disabled"]]);
  });
  test("sampling parameters: dropped one by one, remembered, reported", async () => {
    const names = ["temperature", "top_p", "top_k"];
    const model = await modelOn(
      refusing((body) => {
        const name = names.find((one) => one in body);
        return name && `\`${name}\` is deprecated for this model.`;
      }),
      { top_k: 5 },
    );
    const warm: ChatRequest = { ...hello, sampling: { temperature: 0.2, topP: 0.9, seed: 1 } };
    for (let call = 0; call < 2; call += 1) {
      expect((await collect(model.stream(warm))).events.at(-1)).toEqual({
        ...finish,
        droppedParameters: ["seed", "topK", "topP", "temperature"],
      });
    }
    expect(bed.upstream?.exchanges).toHaveLength(5);
    expect((await collect(model.stream(hello))).events.at(-1)).toEqual({ ...finish, droppedParameters: ["topK"] });
  });
  test("calls side by side keep what each of them learned", async () => {
    const waiting: (() => void)[] = [];
    const model = await modelOn(({ number, body, response }) => {
      const name = ["temperature", "top_p"].find((one) => one in body);
      const answer = (): void => {
        if (name === undefined) sendEvents(response, whole);
        else sendJson(response, 400, { error: { message: `\`${name}\` is deprecated for this model.` } });
      };
      if (number > 2) return answer();
      waiting.push(answer);
      if (number === 2) for (const one of waiting) one();
    });
    const both = [{ temperature: 0.2 }, { topP: 0.9 }].map((sampling) => collect(model.stream({ ...hello, sampling })));
    expect((await Promise.all(both)).map(({ text }) => text)).toEqual(["Hello", "Hello"]);
    await collect(model.stream({ ...hello, sampling: { temperature: 0.2, topP: 0.9 } }));
    expect(bed.upstream?.exchanges).toHaveLength(5);
  });
  test("what extra_body insists on is sent, and its refusal shown", async () => {
    const model = await modelOn(
      refusing((body) => ("top_k" in body ? "`top_k` is deprecated for this model." : undefined)),
      { extra_body: { top_k: 5 } },
    );
    expect((await collect(model.stream(hello))).error?.code).toBe("invalid-request");
    expect(bed.upstream?.exchanges).toHaveLength(1);
  });
  test("a value out of range is no refusal of the parameter", async () => {
    const model = await modelOn(refusing(() => "temperature: range: 0..1"));
    const { error } = await collect(model.stream({ ...hello, sampling: { temperature: -1 } }));
    expect(error?.message).toBe("claude m-1: the request was refused: temperature: range: 0..1");
    expect(bed.upstream?.exchanges).toHaveLength(1);
  });
});

test("what follows message_stop is read away, so that the connection comes free", async () => {
  const model = await modelOn(({ response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write(whole);
    for (let sent = 0; sent < 300; sent += 1) response.write(`: ${"x".repeat(60_000)}\n\n`);
    response.end();
  });
  expect((await collect(model.stream(hello))).text).toBe("Hello");
  await bed.upstream?.exchanges[0]?.closed;
  expect(bed.upstream?.exchanges[0]?.response.writableFinished).toBe(true);
});

describe("settings", () => {
  test.each([
    ["", "/v1/messages"],
    ["/", "/v1/messages"],
    ["/v1", "/v1/messages"],
    ["/v1/", "/v1/messages"],
    ["/anthropic", "/anthropic/v1/messages"],
    ["/anthropic/v1/messages", "/anthropic/v1/messages"],
    ["/proxy/v1?team=a", "/proxy/v1/messages?team=a"],
  ])("address %j", async (path, called) => {
    bed.upstream = await startUpstream(answering(whole));
    const backend = { type: "anthropic", model: "m", apiKey: key, baseUrl: `${bed.upstream.url}${path}` };
    await collect(bed.registry.createModel({ ...backend, options: {} }).stream(hello));
    expect(bed.upstream.exchanges[0]?.path).toBe(called);
  });
  test("headers, betas, fields, extra_body; no key where there is none", async () => {
    bed.upstream = await startUpstream(answering(whole));
    const model = bed.registry.createModel({
      type: "claude",
      model: "m",
      apiKey: "none",
      baseUrl: bed.upstream.url,
      options: {
        max_tokens: 99,
        anthropic_beta: ["a-1", "b-2"],
        anthropic_version: "2026-10-21",
        effort: "low",
        metadata: { user_id: "u" },
        default_headers: { Authorization: "Bearer t", "User-Agent": "me" },
        extra_body: { container: "c" },
      },
    });
    await collect(model.stream({ ...hello, sampling: { maxOutputTokens: 700 } }));
    const [exchange] = bed.upstream.exchanges;
    expect(exchange?.headers).toMatchObject({
      "anthropic-beta": "a-1,b-2",
      "anthropic-version": "2026-10-21",
      authorization: "Bearer t",
      "user-agent": "me",
    });
    expect(exchange?.headers).not.toHaveProperty("x-api-key");
    expect(exchange?.body).toEqual({
      model: "m",
      max_tokens: 99,
      messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
      output_config: { effort: "low" },
      metadata: { user_id: "u" },
      container: "c",
      stream: true,
    });
  });
  test.each([
    [{ thinking: "on" }, "thinking must be a mapping"],
    [{ effort: 3 }, "effort must be a text"],
    [{ top_k: "5" }, "top_k must be a number"],
    [{ anthropic_beta: ["a", 1] }, "anthropic_beta must be a text"],
    [{ extra_body: [] }, "extra_body must be a mapping"],
  ])("wrong: %j", (options, message) => {
    const make = (): unknown => bed.registry.createModel({ type: "claude", model: "m", apiKey: key, options });
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: "configuration" }));
    expect(make).not.toThrow("hush");
  });
  test("the key is looked up in the environment, and must be there", () => {
    expect(() => bed.registry.createModel({ type: "claude", model: "m", options: {} })).toThrow(
      "backend claude: no API key; set ANTHROPIC_API_KEY",
    );
  });
});
