import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

const hello: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const bed = testBed();

async function modelOn(answer: (exchange: Exchange) => unknown, type = "chatcompletion"): Promise<ChatModel> {
  bed.upstream = await startUpstream(answer);
  const baseUrl = `${bed.upstream.url}/v1`;
  return bed.registry.createModel({ type, model: "m", apiKey: "k-4711-abcdef", baseUrl, options: {} });
}
async function ended(body: string): Promise<string> {
  const model = await modelOn(({ response }) => sendEvents(response, body));
  const { text, finish, error } = await collect(model.stream(hello));
  return `${text} ${finish?.reason ?? error?.code}`;
}
const say = (content: string, finish_reason: string | null = null): object => ({
  choices: [{ index: 0, delta: { content }, finish_reason }],
});
const usage = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };
const half = frames(say("Hel"));

describe("an answer", () => {
  test.each<[string, string, string]>([
    ["whose every word has a reason", frames(say("Hel", "stop"), say("lo", "stop"), "[DONE]"), "Hello stop"],
    ["that goes on behind its reason", frames(say("Hel"), say("", "stop"), say("lo"), "[DONE]"), "Hello stop"],
    ["without a reason", frames(say("Hello"), usage, "[DONE]"), "Hello stop"],
    ["with a word for none", frames(say("Hel", "null"), say("lo", "none"), usage, "[DONE]"), "Hello stop"],
    ["with a word that nobody knows", frames(say("Hello"), say("", "finito"), "[DONE]"), "Hello stop"],
    ["with such a word and no marker", frames(say("Hello"), say("", "finito")), "Hello other"],
    ["that announces calls and makes none", frames(say("Hello", "tool_calls"), "[DONE]"), "Hello stop"],
    ["with odd events in it", frames(say("Hel"), "ping", "null", "[HEARTBEAT]", "7", say("lo", "stop")), "Hello stop"],
    ["with an error behind it", `${frames(say("Hel"), say("lo", "stop"))}{"error":{"message":"late"}}\n`, "Hello stop"],
    ["that breaks off", half, "Hel truncated"],
    ["that breaks off in an odd event", `${half}data: pi`, "Hel truncated"],
    ["with a marker and nothing else", frames(say("Hel"), "[DONE]"), "Hel truncated"],
    ["with a word cut in two", `${frames(say("Hel", "stop"))}data: {"choices":[{"del`, "Hel truncated"],
    [
      "with a damaged event",
      `${half}data: {"choices":[{"delta\n\n${frames(say("lo", "stop"), "[DONE]")}`,
      "Hel invalid-response",
    ],
    ["with odd events and no end", frames(say("Hel"), "bye"), "Hel invalid-response"],
    [
      "with an error between two reasons",
      frames(say("Hel", "stop"), { error: { message: "x", code: 503 } }),
      "Hel overloaded",
    ],
    ["with an error behind its limit", frames(say("Hel", "length"), { error: { message: "x" } }), "Hel length"],
  ])("%s", async (_, body, expected) => expect(await ended(body)).toBe(expected));
});

describe("a failure", () => {
  test.each<[string, string, string]>([
    ["in a line that is no event", `${half}{"error":{"message":"x","code":"rate_limit_exceeded"}}`, "Hel rate-limited"],
    [
      "in such lines",
      `${half}{\n  "error": {\n    "code": "insufficient_quota"\n  }\n}\n\ndata: [DONE]\n\n`,
      "Hel quota",
    ],
    ["under its name alone", `${half}event: error\n{"detail":"context length exceeded"}\n\n`, "Hel context-length"],
    [
      "as a text under its name",
      `${half}event: error\ndata: too many tokens, reduce the length\n\n`,
      "Hel context-length",
    ],
    ["as a text", frames(say("Hel"), "Error: the engine failed"), "Hel upstream-failed"],
    ["in a detail", frames({ detail: { error: { message: "x", code: "model_not_found" } } }), " not-found"],
    ["flat", frames(say("Hel"), { message: "x", code: "rate_limit_exceeded" }), "Hel rate-limited"],
    ["in a list", frames(say("Hel"), { errors: [{ code: 503, message: "x" }] }), "Hel overloaded"],
    [
      "in an envelope",
      frames({ choices: null, base_resp: { status_code: 1004, status_msg: "login fail" } }),
      " authentication",
    ],
    [
      "in an envelope beside the last words",
      frames(say("Hel"), { ...say("lo", "stop"), base_resp: { status_code: 1027, status_msg: "sensitive" } }, "[DONE]"),
      "Hello content-filter",
    ],
    [
      "as a reason that is an object",
      frames(say("Hel"), { choices: [{ delta: {}, finish_reason: { type: "abort", message: "x" } }] }, "[DONE]"),
      "Hel upstream-failed",
    ],
    ["as a reason", frames(say("Hel"), say("", "engine_error"), "[DONE]"), "Hel upstream-failed"],
  ])("%s", async (_, body, expected) => expect(await ended(body)).toBe(expected));

  test("a plain text in place of an answer is quoted", async () => {
    const model = await modelOn(({ response }) => response.writeHead(200).end("Model is loading"));
    const { error } = await collect(model.stream(hello));
    expect([error?.code, error?.message]).toEqual(["invalid-response", expect.stringContaining("Model is loading")]);
  });
});

test.each([
  ["words", { content: "Hel" }],
  ["nothing that could be read", { content: 7, tool_calls: {} }],
  ["a call", { tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "{}" } }] }],
])("a delta in place of a stream needs a reason: %s", async (_, delta) => {
  const body = JSON.stringify({ choices: [{ delta }] });
  const pieces = Array.from(body, (piece) => Buffer.from(piece));
  for (const type of ["text/event-stream", "application/json"]) {
    const model = await modelOn(({ response }) => {
      response.writeHead(200, { "content-type": type });
      for (const piece of pieces) response.write(piece);
      response.end();
    });
    const { finish, error } = await collect(model.stream(hello));
    expect([finish, error?.code]).toEqual([undefined, expect.stringMatching(/^(?:truncated|invalid-response)$/)]);
  }
});

test("a whole message without words or calls needs a reason", async () => {
  const message = { content: "", tool_calls: {} };
  const model = await modelOn(({ response }) => sendJson(response, 200, { choices: [{ message }] }));
  const { finish, error } = await collect(model.stream(hello));
  expect([finish, error?.code]).toEqual([undefined, expect.any(String)]);
});

test("a whole document needs no reason", async () => {
  const model = await modelOn(({ response }) => sendJson(response, 200, { choices: [{ message: { content: "Hi" } }] }));
  const { text, finish } = await collect(model.stream(hello));
  expect([text, finish?.reason]).toEqual(["Hi", "stop"]);
});

describe("silence", () => {
  const stay = (body: string) => (exchange: Exchange) => {
    exchange.response.writeHead(200, { "content-type": "text/event-stream" }).write(body);
  };
  test.each<[string, string, string]>([
    ["behind a reason that all words have is no end", frames(say("Hel", "stop")), "timeout"],
    ["behind the usual reason is one", frames(say("Hel"), say("", "stop")), "stop"],
    ["behind usage is one", frames(say("Hel", "stop"), usage), "stop"],
    ["behind a word that came after the reason is none", frames(say("Hel"), say("", "stop"), say("lo")), "timeout"],
  ])("%s", async (_, body, expected) => {
    const model = await modelOn(stay(body));
    const { finish, error } = await collect(model.stream({ ...hello, limits: { idleMs: 60 } }));
    expect(finish?.reason ?? error?.code).toBe(expected);
  });

  test("with the documented comment may last longer, with another one it may not", async () => {
    for (const [comment, type, outcome] of [
      [": OPENROUTER PROCESSING", "openrouter", "Hello"],
      [": keep-alive", "deepseek", "Hello"],
      [": keep-alive", "chatcompletion", "timeout"],
    ] as const) {
      const model = await modelOn(({ response }) => {
        response.writeHead(200, { "content-type": "text/event-stream" }).write(half);
        const timer = setInterval(() => response.write(`${comment}\n\n`), 50);
        setTimeout(() => response.end(frames(say("lo", "stop"), "[DONE]")), 1500);
        response.on("close", () => clearInterval(timer));
      }, type);
      const limits = { firstTokenMs: 60_000, idleMs: 1000 };
      const { text, error } = await collect(model.stream({ ...hello, limits }));
      expect(error?.code ?? text).toBe(outcome);
    }
  });

  test("before the first token is bounded by its own limit, whatever arrives", async () => {
    const model = await modelOn(({ response }) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(frames(say("")));
      const timer = setInterval(() => response.write(": OPENROUTER PROCESSING\n\n"), 20);
      response.on("close", () => clearInterval(timer));
    }, "openrouter");
    const { error } = await collect(model.stream({ ...hello, limits: { firstTokenMs: 300, idleMs: 60_000 } }));
    expect(error?.message).toContain("no token within 0.3 s (first-token limit)");
  });

  test("in the pieces of a call is none: each is a sign of work", async () => {
    const call = (more: object): object => ({
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...more }] }, finish_reason: null }],
    });
    const model = await modelOn(({ response }) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(frames(call({ id: "a", function: { name: "f", arguments: '{"a":"' } })));
      let pieces = 0;
      const timer = setInterval(() => {
        pieces += 1;
        if (pieces < 20) return response.write(frames(call({ function: { arguments: "x" } })));
        clearInterval(timer);
        return response.end(frames(call({ function: { arguments: '"}' } }), say("", "tool_calls"), "[DONE]"));
      }, 100);
    });
    const { finish, error } = await collect(model.stream({ ...hello, limits: { firstTokenMs: 1500, idleMs: 1500 } }));
    expect(finish?.reason ?? error?.message).toBe("tool-calls");
  });
});
