import { MassgenError } from "@massgen/core";
import { connect } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LogEntry } from "../src/index.ts";
import { hello, post, start, type TestServer } from "./client.ts";
import { answered, drafting, receipt, scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

let server: TestServer;
let engine: ScriptedEngine;
let log: LogEntry[];

beforeEach(async () => {
  log = [];
  engine = scriptedEngine();
  const refusing = scriptedEngine({
    run() {
      throw new MassgenError("invalid-request", "That name is taken.", { param: "tools" });
    },
  });
  const picky = scriptedEngine({
    async start(ask) {
      const { model } = ask;
      if (model === "massgen/nope") throw new MassgenError("not-found", "There is no model massgen/nope.");
      if (model === "massgen/keyless") throw new MassgenError("configuration", "ACME_API_KEY is not set.");
      if (model === "refusing") return refusing.start(ask);
      if (model === "broken") throw new Error("secret detail");
      return engine.start(ask);
    },
    models: () => [
      { id: "massgen", ownedBy: "massgen", created: 1_700_000_000 },
      { id: "massgen/model:a/b", ownedBy: "massgen", created: 1_700_000_000 },
    ],
  });
  server = await start({
    engine: picky,
    options: { bodyLimit: 2000, version: "1.2.3", log: (entry) => log.push(entry) },
  });
});
afterEach(() => server.running.close({ timeoutMs: 0 }));

async function problem(response: Response): Promise<{ message: string; type: string; param: unknown; code: unknown }> {
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(response.headers.get("x-request-id")).toBeTruthy();
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("openai-processing-ms")).toMatch(/^\d+$/);
  expect(response.headers.get("x-powered-by")).toBeNull();
  const body = (await response.json()) as { error: { message: string; type: string; param: unknown; code: unknown } };
  expect(Object.keys(body)).toEqual(["error"]);
  expect(Object.keys(body.error).sort()).toEqual(["code", "message", "param", "type"]);
  return body.error;
}

test("answers with a completion", async () => {
  const response = post(server.url, { ...hello, model: "gpt-9", temperature: 0.5, max_tokens: 7 });
  const run = await engine.nextRun();
  expect(run.request).toMatchObject({
    messages: [{ role: "user", content: "Hello" }],
    sampling: { temperature: 0.5, maxOutputTokens: 7 },
    delivery: "whole",
    deadlineMs: 280_000,
  });
  run.emit(drafting);
  run.reply("Hi", answered("Hi"));
  const { headers, status } = await response;
  expect(status).toBe(200);
  expect(headers.get("x-massgen-run-id")).toBe("run-1");
  expect(headers.get("etag")).toBeNull();
  const body = (await (await response).json()) as { id: string; created: number };
  const traces = "[a] Drafting...\n";
  expect(body.id).toMatch(/^chatcmpl-/);
  expect(Math.abs(body.created - Date.now() / 1000)).toBeLessThan(120);
  expect(body).toMatchObject({
    object: "chat.completion",
    model: "gpt-9",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hi", refusal: null, reasoning_content: traces, reasoning: traces },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: { total_tokens: 14 },
    massgen_metadata: { run_id: "run-1", outcome: "unanimous" },
  });
});

test("a request without a model is answered as massgen", async () => {
  const response = post(server.url, { ...hello, model: null });
  (await engine.nextRun()).reply("Hi");
  expect(await (await response).json()).toHaveProperty("model", "massgen");
});

test("takes a sane request id and replaces any other", async () => {
  const ask = (id: string): Promise<Response> => fetch(`${server.url}/health`, { headers: { "x-request-id": id } });
  expect((await ask("abc-1.2_3")).headers.get("x-request-id")).toBe("abc-1.2_3");
  expect((await ask("a b")).headers.get("x-request-id")).toMatch(/^req_/);
  expect((await ask("a".repeat(129))).headers.get("x-request-id")).toMatch(/^req_/);
});

test("health, readiness and models", async () => {
  expect(await (await fetch(`${server.url}/health`)).json()).toEqual({
    status: "ok",
    service: "massgen",
    version: "1.2.3",
  });
  expect(await (await fetch(`${server.url}/ready`)).json()).toEqual({ status: "ready" });
  const list = await (await fetch(`${server.url}/v1/models`)).json();
  expect(list).toMatchObject({ object: "list", data: [{ id: "massgen" }, { id: "massgen/model:a/b" }] });
  const model = {
    id: "massgen/model:a/b",
    object: "model",
    created: 1_700_000_000,
    owned_by: "massgen",
    name: "massgen/model:a/b",
  };
  expect(await (await fetch(`${server.url}/v1/models/massgen%2Fmodel%3Aa%2Fb`)).json()).toEqual(model);
  expect(await (await fetch(`${server.url}/v1/models/massgen/model:a/b`)).json()).toEqual(model);
  const unknown = await fetch(`${server.url}/v1/models/nope`);
  expect(unknown.status).toBe(404);
  expect(await problem(unknown)).toMatchObject({ code: "model_not_found", param: "model" });
});

test("is not ready without a usable team", async () => {
  const other = await start({ engine: scriptedEngine({ ready: () => false }) });
  const response = await fetch(`${other.url}/ready`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: "not-ready" });
  await other.running.close({ timeoutMs: 0 });
});

test("HEAD and OPTIONS", async () => {
  const head = await fetch(`${server.url}/health`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const options = await fetch(`${server.url}/v1/chat/completions`, { method: "OPTIONS" });
  expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
});

describe("refusals", () => {
  const json = { "content-type": "application/json" };
  const rows: [string, RequestInit, number, string | null, string | null][] = [
    ["broken JSON", { headers: json, body: '{"a": secret' }, 400, null, null],
    ["a list", { headers: json, body: "[]" }, 400, null, null],
    ["null", { headers: json, body: "null" }, 400, null, null],
    ["a string", { headers: json, body: '"x"' }, 400, null, null],
    ["no body", {}, 400, null, null],
    ["a bad field", { headers: json, body: '{"messages":[]}' }, 400, "invalid_value", "messages"],
    [
      "a bad field of a stream",
      { headers: json, body: '{"stream":true}' },
      400,
      "missing_required_parameter",
      "messages",
    ],
    [
      "an unsupported field",
      { headers: json, body: JSON.stringify({ ...hello, n: 2 }) },
      400,
      "unsupported_parameter",
      "n",
    ],
    [
      "a form",
      { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "a=b" },
      415,
      "unsupported_media_type",
      null,
    ],
    ["no content type", { body: new Uint8Array([123, 125]) }, 415, "unsupported_media_type", null],
    [
      "a charset",
      { headers: { "content-type": "application/json; charset=latin1" }, body: "{}" },
      415,
      "unsupported_media_type",
      null,
    ],
    [
      "an encoding",
      { headers: { ...json, "content-encoding": "zz" }, body: "{}" },
      415,
      "unsupported_media_type",
      null,
    ],
    ["not really gzip", { headers: { ...json, "content-encoding": "gzip" }, body: "{}" }, 400, null, null],
    ["a large body", { headers: json, body: JSON.stringify({ a: "x".repeat(2000) }) }, 413, "request_too_large", null],
    [
      "a body that is large once unpacked",
      { headers: { ...json, "content-encoding": "gzip" }, body: gzipSync(`"${"x".repeat(5000)}"`) },
      413,
      "request_too_large",
      null,
    ],
    [
      "an unknown model",
      { headers: json, body: JSON.stringify({ ...hello, model: "massgen/nope" }) },
      404,
      "model_not_found",
      "model",
    ],
    [
      "a request that the team refuses to start with",
      { headers: json, body: JSON.stringify({ ...hello, model: "refusing" }) },
      400,
      "invalid_value",
      "tools",
    ],
    [
      "a model without key",
      { headers: json, body: JSON.stringify({ ...hello, model: "massgen/keyless" }) },
      400,
      "model_not_available",
      "model",
    ],
  ];
  test.each(rows)("%s", async (_name, init, status, code, param) => {
    const response = await fetch(`${server.url}/v1/chat/completions`, { method: "POST", ...init });
    expect(response.status).toBe(status);
    const error = await problem(response);
    expect(error).toMatchObject({ type: "invalid_request_error", code, param });
    expect(error.message).not.toContain("secret");
    expect(JSON.stringify(log)).not.toContain("secret");
  });

  test("a coding that is refused names those that are taken", async () => {
    const packers = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };
    const send = (coding: string, body: string | Buffer) =>
      fetch(`${server.url}/v1/chat/completions`, {
        method: "POST",
        headers: { ...json, "content-encoding": coding },
        body,
      });
    const { message } = await problem(await send("zz", "{}"));
    expect(message).toMatch(/or as gzip, deflate, br or zstd\.$/);
    for (const [coding, pack] of Object.entries(packers)) {
      const response = await send(coding, pack(JSON.stringify({ ...hello, model: "massgen/nope" })));
      expect([coding, (await problem(response)).code]).toEqual([coding, "model_not_found"]);
    }
  });

  test("an unknown URL, a bad URL, a wrong method", async () => {
    const unknown = await fetch(`${server.url}/v2/x?key=secret`);
    expect(unknown.status).toBe(404);
    expect(await problem(unknown)).toMatchObject({ code: "unknown_url" });
    const broken = await fetch(`${server.url}/v1/models/%zz`);
    expect(broken.status).toBe(400);
    await problem(broken);
    const method = await fetch(`${server.url}/v1/chat/completions`, { method: "PUT" });
    expect([method.status, method.headers.get("allow")]).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
    expect(await problem(method)).toMatchObject({ code: "method_not_allowed" });
    expect(JSON.stringify(log)).not.toContain("secret");
  });

  test("a defect is 500 without detail, and the log knows it", async () => {
    const response = await post(server.url, { ...hello, model: "broken" }, { headers: { "x-request-id": "me" } });
    expect(response.status).toBe(500);
    expect(response.headers.get("x-should-retry")).toBeNull();
    expect((await problem(response)).message).not.toContain("secret");
    await server.running.close({ timeoutMs: 1000 });
    expect(log.at(-1)).toMatchObject({ requestId: "me", status: 500, error: { message: "secret detail" } });
  });

  test("bytes that are no request get the same shape", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.end("nonsense\r\n\r\n");
    const answer = (await socket.setEncoding("utf8").toArray()).join("");
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/\r\nx-request-id: req_[\w-]+\r\n/);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toHaveProperty("error.type", "invalid_request_error");
  });
});

test("a failed run is an error with its reasons, that says whether to retry", async () => {
  const response = post(server.url, hello);
  const failure = { code: "rate-limited", message: "slow down", retryAfterMs: 1500 } as const;
  (await engine.nextRun()).fail({
    failure,
    receipt: { ...receipt, usage: undefined },
  });
  const { status, headers } = await response;
  expect(status).toBe(429);
  expect(headers.get("retry-after")).toBe("2");
  expect(headers.get("retry-after-ms")).toBe("1500");
  expect(headers.get("x-massgen-run-id")).toBe("run-1");
  expect(await problem(await response)).toEqual({
    message: "slow down",
    type: "rate_limit_error",
    param: null,
    code: "rate_limit_exceeded",
  });
});

test("one log entry per request, with the run and without the query", async () => {
  const response = fetch(`${server.url}/v1/chat/completions?key=secret`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-request-id": "one" },
    body: JSON.stringify(hello),
  });
  (await engine.nextRun()).reply("Hi");
  await (await response).text();
  await server.running.close({ timeoutMs: 1000 });
  expect(log).toEqual([
    {
      requestId: "one",
      runId: "run-1",
      method: "POST",
      route: "/v1/chat/completions",
      status: 200,
      ms: expect.any(Number),
      firstByteMs: expect.any(Number),
      firstContentMs: expect.any(Number),
      streamed: false,
      outcome: "unanimous",
      receipt,
    },
  ]);
});

test("traces can be off, and stand alone", async () => {
  const message = async (traces: "off" | "summary"): Promise<object> => {
    const other = scriptedEngine({ traces });
    const its = await start({ engine: other, options: { reasoningAlias: false } });
    const response = post(its.url, hello);
    const run = await other.nextRun();
    run.emit(drafting);
    run.reply("Hi");
    const body = (await (await response).json()) as { choices: [{ message: object }] };
    await its.running.close({ timeoutMs: 0 });
    return body.choices[0].message;
  };
  expect(await message("off")).not.toHaveProperty("reasoning_content");
  const alone = await message("summary");
  expect(alone).toHaveProperty("reasoning_content", "[a] Drafting...\n");
  expect(alone).not.toHaveProperty("reasoning");
});

test("a body that says it is too large is refused before it is sent", async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  socket.write(
    "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{",
  );
  const answer = (await socket.toArray()).join("");
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain("request_too_large");
});

test.each([
  ["in chunks", "Transfer-Encoding: chunked", `400\r\n${"[".repeat(1024)}\r\n`],
  ["packed", "Transfer-Encoding: chunked\r\nContent-Encoding: gzip", `400\r\n${"\u001f".repeat(1024)}\r\n`],
])("a body without an end that comes %s is refused where it passes the limit", async (_, header, chunk) => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${header}\r\n\r\n`);
  socket.write(chunk.repeat(2));
  const answer = (await socket.toArray()).join("");
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain("request_too_large");
});

test("an expectation that nobody knows changes nothing", async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  socket.write("GET /v1/models/nope HTTP/1.1\r\nHost: x\r\nExpect: a-cake\r\nConnection: close\r\n\r\n");
  const answer = (await socket.toArray()).join("");
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).toMatch(/\r\nx-request-id: req_[\w-]+\r\n/);
  expect(log).toMatchObject([{ route: "/v1/models/:id", status: 404 }]);
});
