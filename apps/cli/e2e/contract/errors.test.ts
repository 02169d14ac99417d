import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cut, draftOf, hang, httpError, openaiKey, teamScript, text } from "@massgen/upstream";
import OpenAI from "openai";
import { ask, asked, askStreamed, read, refusal, type Rig, soloConfig, startRig } from "./rig.ts";
import { problem, readBrokenStream, send } from "./wire.ts";

let rig: Rig;
let solo: Rig;
beforeAll(async () => {
  [rig, solo] = await Promise.all([startRig(), startRig({ config: soloConfig })]);
});
afterAll(() => Promise.all([rig[Symbol.asyncDispose](), solo[Symbol.asyncDispose]()]));

test.each(["{", '{"messages": [', "[]", '"text"', "null", "5", "", "\u0000"])(
  "D66: the body %j: 400 in OpenAI's shape",
  async (body) => {
    const { status, error } = await problem(await send(rig.url, body));
    expect([status, error.type, error.param]).toEqual([400, "invalid_request_error", null]);
  },
);

describe("D67: invalid messages", () => {
  test.each<[unknown, string]>([
    [undefined, "messages"],
    [null, "messages"],
    [[], "messages"],
    ["Hi", "messages"],
    [["Hi"], "messages[0]"],
    [[{ content: "Hi" }], "messages[0].role"],
    [[{ role: "robot", content: "Hi" }], "messages[0].role"],
    [[{ role: "user" }], "messages[0].content"],
    [[{ role: "user", content: 5 }], "messages[0].content"],
    [
      [
        { role: "user", content: "Hi" },
        { role: "user", content: null },
      ],
      "messages[1].content",
    ],
  ])("%j: 400 with the path", async (messages, param) => {
    const { name, error } = await refusal(rig, { messages });
    expect([name, error.param]).toEqual(["BadRequestError", param]);
  });
});

test("D67: a request without a model is answered as massgen", async () => {
  rig.play(teamScript({}));
  expect((await ask(rig, { model: undefined as never })).model).toBe("massgen");
});

describe("D68: bodies that are not read", () => {
  test.each<[string, Record<string, string>]>([
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["text", { "content-type": "text/plain" }],
    ["a charset", { "content-type": "application/json; charset=latin1" }],
    ["an encoding", { "content-encoding": "lzma" }],
  ])("%s: 415", async (_what, headers) => {
    const { status, error } = await problem(await send(rig.url, asked(), { headers }));
    expect([status, error.code]).toEqual([415, "unsupported_media_type"]);
  });

  test("over the limit: 413 before it has come, and the connection closes", async () => {
    const announced = { "content-length": "30000000" };
    const { status, headers, error } = await problem(await send(rig.url, "{", { headers: announced }));
    expect([status, error.code, headers.connection]).toEqual([413, "request_too_large", "close"]);
  });

  test("over the limit without saying so: 413", async () => {
    await using small = await startRig({ args: ["--body-limit", "1kb"] });
    const chunked = { "transfer-encoding": "chunked" };
    const long = asked({ messages: [{ role: "user", content: "x".repeat(2000) }] });
    const { status, error } = await problem(await send(small.url, long, { headers: chunked }));
    expect([status, error.code]).toEqual([413, "request_too_large"]);
    expect(await refusal(small, long)).toMatchObject({ name: "APIError", status: 413 });
  });
});

test("D69: an unknown route is 404, a wrong method 405 with Allow", async () => {
  const missing = await problem(await send(rig.url, {}, { path: "/v1/chat" }));
  expect([missing.status, missing.error.code]).toEqual([404, "unknown_url"]);
  for (const [path, method, allow] of [
    ["/v1/chat/completions", "PUT", "GET, HEAD, POST, OPTIONS"],
    ["/v1/chat/completions", "DELETE", "GET, HEAD, POST, OPTIONS"],
    ["/v1/completions", "GET", "POST, OPTIONS"],
    ["/v1/models", "POST", "GET, HEAD, OPTIONS"],
  ] as const) {
    const { status, headers, error } = await problem(await send(rig.url, undefined, { path, method }));
    expect([status, headers.allow, error.code]).toEqual([405, allow, "method_not_allowed"]);
  }
});

test("D70: no key or a wrong one is an AuthenticationError that does not repeat it", async () => {
  await using locked = await startRig({ env: { MASSGEN_SERVER_API_KEY: "right-key-1, right-key-2" } });
  const calls = locked.play(teamScript({}));
  const wrong = await refusal(locked);
  expect(wrong).toMatchObject({ name: "AuthenticationError", status: 401, error: { code: "invalid_api_key" } });
  expect(wrong.error.message).not.toContain("not-needed");
  const keyless = await problem(await send(locked.url, asked()));
  expect([keyless.status, keyless.error.code]).toEqual([401, "invalid_api_key"]);
  expect(calls()).toEqual([]);
  const client = locked.client.withOptions({ apiKey: "right-key-2" });
  expect((await ask({ ...locked, client })).choices).toHaveLength(1);
});

test("D71: a wrong request gets an error status, also when it asks for a stream", async () => {
  for (const wrong of [
    { messages: [] },
    { n: 2 },
    { model: "massgen/nobody" },
    { tools: [{ function: { name: "no name" } }] },
  ]) {
    const { status } = await problem(await send(rig.url, { ...asked(), ...wrong, stream: true }));
    expect(status).toBe("model" in wrong ? 404 : 400);
  }
});

test("D72: a failed run is 502, and OpenAI's client does not run it again", async () => {
  const calls = solo.play(() => httpError(401));
  const patient = solo.client.withOptions({ maxRetries: 2 });
  const failed = read(await patient.chat.completions.create(asked()).catch((error: unknown) => error));
  expect([failed.name, failed.status, failed.error.type]).toEqual(["InternalServerError", 502, "upstream_error"]);
  expect(failed.headers?.get("x-should-retry")).toBe("false");
  expect(calls()).toHaveLength(1);
});

test("D73: a stream that breaks: the text that came, then an APIError; on the wire one error, then [DONE]", async () => {
  solo.play(() => cut("Half an "));
  let content = "";
  const stream = await solo.client.chat.completions.create({ ...asked(), stream: true });
  const reading = async (): Promise<void> => {
    for await (const chunk of stream) content += chunk.choices[0]?.delta.content ?? "";
  };
  const failed: unknown = await reading().catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(OpenAI.APIError);
  expect(failed).toMatchObject({ code: "truncated", type: "upstream_error" });
  expect(content).toBe("Half an ");
  const response = await send(solo.url, { ...asked(), stream: true });
  const broken = readBrokenStream(await response.rest());
  expect(broken).toMatchObject({ content: "Half an ", error: { code: "truncated", type: "upstream_error" } });
  expect(response.message.complete).toBe(true);
});

describe("D74: what failing agents come to", () => {
  test("all: 502 that names each", async () => {
    rig.play(teamScript({ draft: () => httpError(401) }));
    const { status, error } = await refusal(rig);
    expect([status, error.type]).toEqual([502, "upstream_error"]);
    expect(error.message).toMatch(/research-agent: .+; analysis-agent: ./);
  });

  test("one: the other one's answer, and the metadata say so", async () => {
    rig.play(teamScript({ draft: (call) => (call.wire === "openai" ? httpError(401) : text(draftOf(call.model))) }));
    const { choices, massgen_metadata: metadata } = await ask(rig);
    expect(choices[0].message.content).toBe(draftOf("gemini-2.5-flash"));
    expect(metadata).toMatchObject({ outcome: "single", degraded: true, reasons: ["agent-failed"] });
    expect(metadata.agents[0]).toMatchObject({ status: "failed", error: { code: "authentication" } });
  });

  test("no answer in time: 504, and every call is called off", async () => {
    await using hasty = await startRig({ args: ["--json-deadline", "0.3"] });
    hasty.play(teamScript({ draft: () => hang() }));
    const { status, error, headers } = await refusal(hasty);
    expect([status, error.type]).toEqual([504, "timeout_error"]);
    expect(headers?.get("x-should-retry")).toBe("false");
    await hasty.upstream.idle();
  });
});

test("D75: every agent rate-limited is a RateLimitError that says when; nothing of a provider's secrets in any message", async () => {
  await using limited = await startRig({
    config: `${soloConfig}timeout_settings: { orchestrator_timeout_seconds: 400 }\n`,
  });
  const secret = `Key ${openaiKey} was refused by https://internal.example/v1 at Object.<anonymous> (/srv/app/x.js:1:2)`;
  // Waiting 3500 s for a retry would outlast the deadline's share for drafting, so that nothing is retried.
  limited.play(() => httpError(429, { error: { message: secret } }, { "retry-after": "3500" }));
  const { name, headers, error } = await refusal(limited);
  expect([name, headers?.get("retry-after"), error.type]).toEqual(["RateLimitError", "3500", "rate_limit_error"]);
  expect(error.message).not.toContain(openaiKey);
  await expect(askStreamed(limited)).rejects.toMatchObject({ type: "rate_limit_error" });
  limited.play(() => httpError(401, { error: { message: secret } }));
  expect(JSON.stringify(await refusal(limited))).not.toContain(openaiKey);
  expect(limited.massgen.stdout() + limited.massgen.stderr()).not.toContain(openaiKey);
});
