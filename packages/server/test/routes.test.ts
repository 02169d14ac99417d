// What the routes of all wires have in common: paths, methods, refusals in their own words.
import { request } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { start, type TestServer } from "./client.ts";
import { scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

let server: TestServer;
let engine: ScriptedEngine;

beforeEach(async () => {
  engine = scriptedEngine();
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

test.each([
  ["/v1/v1/chat/completions", "invalid_request_error"],
  ["/v1/v1/responses", "invalid_request_error"],
  ["/v1/v1/messages", "not_found_error"],
])("%s is told to leave /v1 out, in the words of its clients", async (path, type) => {
  const response = await post(path, {});
  expect([response.status, await response.json()]).toMatchObject([
    404,
    { error: { type, message: expect.stringContaining("leave it out of the base URL") as string } },
  ]);
});

test("a whole URL in the request line may leave out /v1 as well", async () => {
  const { port } = server.running.address;
  const status = await new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path: `${server.url}/models` }, (message) => {
      message.resume();
      resolve(message.statusCode);
    });
    sent.once("error", reject).end();
  });
  expect(status).toBe(200);
});

test.each<[string, Record<string, string>, number, string, string]>([
  ["no key", {}, 401, "invalid_request_error", "authentication_error"],
  [
    "another type",
    { "x-api-key": "k", "content-type": "text/plain" },
    415,
    "invalid_request_error",
    "invalid_request_error",
  ],
  [
    "too long a body",
    { "x-api-key": "k", "content-type": "application/json" },
    413,
    "invalid_request_error",
    "request_too_large",
  ],
])("%s is told in the words of each wire", async (_what, headers, status, openai, anthropic) => {
  server.reconfigure({ apiKeys: ["k"], bodyLimit: 50 });
  for (const path of ["/v1/responses", "/v1/completions", "/v1/responses/input_tokens"]) {
    const response = await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify("x".repeat(99)) });
    expect([response.status, await response.json()]).toMatchObject([status, { error: { type: openai } }]);
  }
  for (const path of ["/v1/messages", "/v1/messages/count_tokens"]) {
    const response = await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify("x".repeat(99)) });
    expect([response.status, await response.json()]).toMatchObject([
      status,
      { type: "error", error: { type: anthropic } },
    ]);
  }
});

test.each([
  ["/v1/responses", "POST, OPTIONS"],
  ["/v1/messages", "POST, OPTIONS"],
  ["/v1/messages/count_tokens", "POST, OPTIONS"],
  ["/v1/responses/input_tokens", "POST, OPTIONS"],
  ["/v1/responses/resp_1", "GET, HEAD, DELETE, OPTIONS"],
  ["/v1/responses/resp_1/input_items", "GET, HEAD, OPTIONS"],
  ["/v1/responses/resp_1/cancel", "POST, OPTIONS"],
])("%s says which methods it has", async (path, allow) => {
  const asked = await fetch(server.url + path, { method: "OPTIONS" });
  const wrong = await fetch(server.url + path, { method: "PUT" });
  expect([asked.status, asked.headers.get("allow")]).toEqual([204, allow]);
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, allow]);
});

test("a page that was let in may delete, and sees that a count is an estimate", async () => {
  server.reconfigure({ corsOrigins: ["https://app.example"] });
  const headers = { origin: "https://app.example", "access-control-request-method": "DELETE" };
  const preflight = await fetch(`${server.url}/v1/responses/resp_1`, { method: "OPTIONS", headers });
  expect(preflight.headers.get("access-control-allow-methods")).toContain("DELETE");
  const count = await post("/v1/messages/count_tokens", { messages }, { origin: "https://app.example" });
  expect(count.headers.get("x-massgen-estimated")).toBe("true");
  expect(count.headers.get("access-control-expose-headers")).toContain("x-massgen-estimated");
});

test("a stream begins at once, even on a wire that has nothing to say yet", async () => {
  const response = await post("/v1/completions", { prompt: "Once", stream: true });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  (await engine.nextRun()).reply("upon a time");
  expect(await response.text()).toContain("[DONE]");
});

test.each<[string, string]>([
  ["limit=0", "limit"],
  ["limit=101", "limit"],
  ["limit=1e1", "limit"],
  ["limit=1&limit=2", "limit"],
  ["after=nothing", "after"],
  ["after[]=x&after=y", "after"],
])("input_items?%s is refused by name", async (query, param) => {
  const asked = post("/v1/responses", { input: "Hi" });
  (await engine.nextRun()).reply("Good day.");
  const { id } = (await (await asked).json()) as { id: string };
  const response = await fetch(`${server.url}/v1/responses/${id}/input_items?${query}`);
  expect([response.status, await response.json()]).toMatchObject([400, { error: { param } }]);
});

test("input items: newest first, page by page, each with an id and its text in parts", async () => {
  const input = [
    { role: "user", content: "One" },
    { id: 7, role: "assistant", content: "Two" },
    { id: "x", role: "user", content: "Three" },
  ];
  const asked = post("/v1/responses", { input });
  (await engine.nextRun()).reply("Good day.");
  const { id } = (await (await asked).json()) as { id: string };
  const items = `${server.url}/v1/responses/${id}/input_items`;
  const first = (await (await fetch(`${items}?limit=2`)).json()) as { data: object[]; last_id: string };
  expect(first).toMatchObject({
    has_more: true,
    first_id: "x",
    data: [
      { id: "x", type: "message", content: [{ type: "input_text", text: "Three" }] },
      { id: expect.any(String) as string, content: [{ type: "output_text", text: "Two" }] },
    ],
  });
  const rest = await (await fetch(`${items}?after=${first.last_id}`)).json();
  expect(rest).toMatchObject({ has_more: false, data: [{ content: [{ text: "One" }] }] });
  const oldest = (await (await fetch(`${items}?order=asc&limit=1`)).json()) as { data: object[] };
  expect(oldest.data).toMatchObject([{ content: [{ text: "One" }] }]);
});
