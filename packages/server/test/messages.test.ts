// Anthropic's official client against the real server.
import Anthropic from "@anthropic-ai/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { start, type TestServer } from "./client.ts";
import { answered, drafting, receipt, scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

let server: TestServer;
let engine: ScriptedEngine;
let client: Anthropic;

beforeEach(async () => {
  engine = scriptedEngine();
  server = await start({ engine, options: { apiKeys: ["no-real-key"] } });
  client = new Anthropic({ baseURL: server.url, apiKey: "no-real-key", maxRetries: 0 });
});
afterEach(() => server.running.close({ timeoutMs: 0 }));

const asked: Anthropic.MessageCreateParamsNonStreaming = {
  model: "claude-anything",
  max_tokens: 2000,
  thinking: { type: "enabled", budget_tokens: 1024 },
  messages: [{ role: "user", content: "Hello" }],
};
const toolCalls = [{ id: "c1", name: "look", arguments: '{"at":"sky"}' }];

test("a message, whole: traces as thinking, text, usage", async () => {
  const message = client.messages.create(asked);
  const run = await engine.nextRun();
  expect(run.request).toMatchObject({
    messages: [{ role: "user", content: "Hello" }],
    sampling: { maxOutputTokens: 2000 },
    delivery: "whole",
  });
  run.emit(drafting);
  run.reply("Good day.");
  expect(await message).toMatchObject({
    type: "message",
    role: "assistant",
    model: "claude-anything",
    content: [{ type: "thinking" }, { type: "text", text: "Good day." }],
    stop_reason: "end_turn",
    usage: { input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 4 },
  });
});

test("a message, streamed: the client's own assembly is what was said", async () => {
  const stream = client.messages.stream(asked);
  const thoughts: string[] = [];
  stream.on("thinking", (delta) => thoughts.push(delta));
  const run = await engine.nextRun();
  run.emit(drafting);
  run.emit({ type: "content-delta", text: "Good " }, { type: "content-delta", text: "day." });
  run.emit({ type: "tool-calls", toolCalls }, { type: "run-finished", result: answered("Good day.", { toolCalls }) });
  const message = await stream.finalMessage();
  expect(message.content).toMatchObject([
    { type: "thinking", thinking: thoughts.join("") },
    { type: "text", text: "Good day." },
    { type: "tool_use", id: "c1", name: "look", input: { at: "sky" } },
  ]);
  expect(thoughts.join("")).toContain("[a] Drafting...");
  expect(message).toMatchObject({ stop_reason: "tool_use", usage: { output_tokens: 4 } });
});

test("a silent run is kept alive by pings, which the client passes over", async () => {
  server.reconfigure({ heartbeatMs: 5 });
  const stream = client.messages.stream({ ...asked, thinking: { type: "disabled" } });
  const run = await engine.nextRun();
  run.emit(drafting);
  run.reply("Good day.");
  expect(await stream.finalText()).toBe("Good day.");
});

test.each([
  ["timeout", 504, Anthropic.InternalServerError, "timeout_error"],
  ["rate-limited", 429, Anthropic.RateLimitError, "rate_limit_error"],
  ["invalid-request", 400, Anthropic.BadRequestError, "invalid_request_error"],
] as const)("a run that fails by %s is an error of the client's", async (code, status, kind, type) => {
  const message = client.messages.create(asked).then(
    () => undefined,
    (error: unknown) => error,
  );
  (await engine.nextRun()).fail({ failure: { code, message: "Too bad." }, receipt });
  const error = (await message) as InstanceType<typeof kind>;
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ status, error: { type: "error", error: { type } } });
});

test("a stream that fails is an error of the client's, not the end of a message", async () => {
  const stream = client.messages.stream(asked);
  const run = await engine.nextRun();
  run.emit({ type: "content-delta", text: "Good " });
  run.fail({ failure: { code: "upstream-failed", message: "The line broke." }, receipt });
  await expect(stream.finalMessage()).rejects.toThrow("The line broke.");
});

test("a bad field, a wrong key and nothing there are told in Anthropic's words", async () => {
  await expect(client.messages.create({ ...asked, messages: [] })).rejects.toMatchObject({
    status: 400,
    error: { type: "error", error: { type: "invalid_request_error", message: "'messages' must not be empty." } },
  });
  const stranger = new Anthropic({ baseURL: server.url, apiKey: "another", maxRetries: 0 });
  await expect(stranger.messages.create(asked)).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
  await expect(client.messages.batches.list()).rejects.toMatchObject({
    status: 404,
    error: { type: "error", error: { type: "not_found_error" } },
  });
});

test("an error names its request, where Anthropic's clients look", async () => {
  const error: unknown = await client.messages.create({ ...asked, messages: [] }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Anthropic.APIError);
  const { requestID, error: body, headers } = error as InstanceType<typeof Anthropic.APIError>;
  expect(requestID).toMatch(/^req_/);
  expect(body).toMatchObject({ request_id: requestID });
  expect(headers?.get("x-request-id")).toBe(requestID);
});

test("a request for a thread is refused in the words by which clients send all messages instead", async () => {
  const refused = client.beta.messages.thread({ model: "massgen", max_tokens: 2000 }).send(asked.messages);
  await expect(refused).rejects.toMatchObject({
    status: 400,
    requestID: expect.stringMatching(/^req_/),
    error: { error: { type: "invalid_request_error", details: { error_code: "thread_unsupported_request" } } },
  });
  const done = client.beta.messages.toolRunner({ ...asked, tools: [], stream: false }).runUntilDone();
  (await engine.nextRun()).reply("Good day.");
  expect(await done).toMatchObject({ stop_reason: "end_turn" });
});

test("tokens are counted by an estimate, and nothing is run", async () => {
  const { input_tokens: tokens } = await client.messages.countTokens({
    model: "massgen",
    messages: [{ role: "user", content: "x".repeat(3000) }],
  });
  expect(tokens).toBe(1000);
  expect(engine.started()).toBe(0);
});
