import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

const hello: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const key = "test-key-4711-abcdef";
const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, thoughtsTokenCount: 3, totalTokenCount: 10 };

function say(text: string, finishReason?: string): object {
  return { candidates: [{ content: { role: "model", parts: [{ text }] }, ...(finishReason && { finishReason }) }] };
}
const frames = (...chunks: readonly unknown[]): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join("");
const whole = frames(say("Hel"), { ...say("lo", "STOP"), usageMetadata });

const bed = testBed();

async function modelOn(
  answer: (exchange: Exchange) => unknown,
  options: Record<string, unknown> = {},
): Promise<ChatModel> {
  bed.upstream = await startUpstream(answer);
  return bed.registry.createModel({
    type: "gemini",
    model: "gemini-3-pro",
    apiKey: key,
    baseUrl: bed.upstream.url,
    options,
  });
}
const answering = (text: string) => (exchange: Exchange) => sendEvents(exchange.response, text);

test("an answer: text, then one finish with the usage", async () => {
  const model = await modelOn(answering(whole), { api_version: "v1", default_headers: { "x-a": "b" } });
  const { events } = await collect(model.stream(hello));
  expect(events).toEqual([
    { type: "text-delta", text: "Hel" },
    { type: "text-delta", text: "lo" },
    {
      type: "finish",
      reason: "stop",
      usage: { inputTokens: 5, outputTokens: 5, totalTokens: 10, reasoningTokens: 3 },
    },
  ]);
  const [exchange] = bed.upstream?.exchanges ?? [];
  expect(exchange?.path).toBe("/v1/models/gemini-3-pro:streamGenerateContent?alt=sse");
  expect(exchange?.headers).toMatchObject({ "x-goog-api-key": key, "x-a": "b" });
  expect(exchange?.body).toMatchObject({ contents: [{ role: "user", parts: [{ text: "Hello" }] }] });
});

describe("promise 6: codes, retryAfterMs, redaction", () => {
  const failed = (code: number, message: string, details: unknown[] = []): unknown => ({
    error: { code, message, status: "X", details },
  });
  test.each([
    [400, failed(400, "API key not valid.", [{ reason: "API_KEY_INVALID" }]), "authentication"],
    [400, failed(400, "The input token count (2000000) exceeds the maximum"), "context-length"],
    [400, failed(400, "Invalid value"), "invalid-request"],
    [403, failed(403, "no"), "permission"],
    [404, failed(404, "no such model"), "not-found"],
    [429, [{ error: { message: "slow" } }], "rate-limited"],
    [500, {}, "upstream-failed"],
  ])("%i %j", async (status, body, code) => {
    const model = await modelOn(({ response }) => sendJson(response, status, body));
    const { error } = await collect(model.stream(hello));
    expect([error?.code, error?.status]).toEqual([code, status]);
    expect(error?.message).toMatch(/^gemini gemini-3-pro: /);
  });
  test("RetryInfo, and secrets", async () => {
    const model = await modelOn(({ response }) =>
      sendJson(
        response,
        429,
        failed(429, `Quota of ${key} AIzaSyX99`, [{ "@type": "RetryInfo", retryDelay: "34.4s" }]),
      ),
    );
    const { error } = await collect(model.stream(hello));
    expect(error?.retryAfterMs).toBe(34_400);
    expect(error?.message).toContain("Quota of [redacted] [redacted]");
    expect(String(error?.cause)).not.toMatch(/4711|AIza/);
  });
  test("no connection", async () => {
    const gone = await startUpstream(() => undefined);
    await gone.close();
    const model = bed.registry.createModel({ type: "gemini", model: "m", apiKey: key, baseUrl: gone.url, options: {} });
    const { error } = await collect(model.stream(hello));
    expect(error?.code).toBe("connection");
    expect(error?.message).toContain(`cannot reach ${new URL(gone.url).host}`);
  });
});

test("promise 8: a call's signature travels beside it and goes back unchanged", async () => {
  const part = { functionCall: { name: "look", args: { a: 1 } }, thoughtSignature: "sig==" };
  const model = await modelOn(
    answering(frames({ candidates: [{ content: { parts: [part] }, finishReason: "STOP" }] })),
  );
  const { events } = await collect(model.stream(hello));
  const [call, finish] = events;
  if (call?.type !== "tool-call") throw new Error("no call");
  expect(call).toMatchObject({ id: "call_1", name: "look", arguments: '{"a":1}' });
  expect(finish).toEqual({ type: "finish", reason: "tool-calls" });
  const { type: _type, ...toolCall } = call;
  await collect(
    model.stream({
      messages: [
        ...hello.messages,
        { role: "assistant", content: "", toolCalls: [toolCall] },
        { role: "tool", toolCallId: "call_1", content: "seen" },
      ],
    }),
  );
  expect(bed.upstream?.exchanges[1]?.body["contents"]).toEqual([
    { role: "user", parts: [{ text: "Hello" }] },
    { role: "model", parts: [part] },
    { role: "user", parts: [{ functionResponse: { name: "look", response: { result: "seen" } } }] },
  ]);
});

test.each(["../../v1beta/files/abc?x=", "..", "a/../b", "gemini?key=x", "a#b", "a%2e", "a\\b", "a//b", ""])(
  "the model name %j would reach another address: refused",
  (model) => {
    const settings = { type: "gemini", model, apiKey: key, options: {} };
    expect(() => bed.registry.createModel(settings)).toThrow(/name of a model|model is missing/);
  },
);

test.each(["gemini-2.5-flash", "models/gemini-3-pro", "publishers/google/models/gemini-2.5-pro@001"])(
  "the model name %j is fine",
  (model) => {
    expect(bed.registry.createModel({ type: "gemini", model, apiKey: key, options: {} }).model).toBe(model);
  },
);
