// Nothing but the list of wires knows which there are: one that was never heard of is served like any other.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogEntry } from "../src/index.ts";
import { ProblemError } from "../src/problem.ts";
import type { Wire } from "../src/wires/wire.ts";
import { start, type TestServer } from "./client.ts";
import { drafting, receipt, scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

const telegraph = vi.hoisted((): Wire<{ readonly stop: string }> => ({
  path: "/v1/telegraph",
  parse(body) {
    const { say, live = false } = (body ?? {}) as { say?: unknown; live?: boolean };
    if (typeof say !== "string") throw new ProblemError("invalid-value", "Say something.", { param: "say" });
    return { run: { messages: [{ role: "user", content: say }] }, stream: live, own: { stop: "STOP" } };
  },
  whole: ({ own, model }, { text }, traces) => ({ telegram: `${text} ${own.stop}`, model, traces: traces.join("") }),
  fold: ({ own }) => ({
    start: () => ["begin;"],
    next: (event, traces) => [traces, event.type === "content-delta" ? event.text : ""],
    finish: () => [` ${own.stop}`],
    fail: ({ kind }) => [`lost: ${kind};`],
    end: () => ["end"],
  }),
  problem: ({ kind, code, param, message }) => ({
    lost: kind,
    code,
    param,
    ...(kind === "unknown-url" && { message }),
  }),
  modelList: (models) => ({ callable: models.map(({ id }) => id) }),
  model: ({ id }) => ({ callable: id }),
  adviceFor: (path) => `No telegraph at ${path}.`,
  heartbeat: "tick;",
}));

/** The wire that speaks where none was called, unless it is the usual one. */
const called = vi.hoisted((): { nowhere?: Wire | undefined } => ({}));

vi.mock("../src/wires/wires.ts", async (original) => {
  const { wires, defaultWire } = await original<typeof import("../src/wires/wires.ts")>();
  return {
    wires: [...wires, telegraph],
    get defaultWire() {
      return called.nowhere ?? defaultWire;
    },
  };
});

let server: TestServer;
let engine: ScriptedEngine;
let log: LogEntry[];

beforeEach(async () => {
  engine = scriptedEngine();
  log = [];
  server = await start({ engine, options: { log: (entry) => log.push(entry), bodyLimit: 1000 } });
});
afterEach(() => {
  called.nowhere = undefined;
  return server.running.close({ timeoutMs: 0 });
});

function send(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(server.url + path, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json" },
    ...init,
  });
}

test("answers whole and streamed in its own words", async () => {
  const whole = send("/v1/telegraph", { say: "Arrived?" });
  const run = await engine.nextRun();
  expect(run.request).toMatchObject({ messages: [{ role: "user", content: "Arrived?" }], delivery: "whole" });
  run.emit(drafting);
  run.reply("Yes");
  expect(await (await whole).json()).toEqual({ telegram: "Yes STOP", model: "massgen", traces: "[a] Drafting...\n" });

  const stream = send("/v1/telegraph", { say: "Arrived?", live: true });
  const live = await engine.nextRun();
  live.emit(drafting);
  live.reply("Yes");
  expect(await (await stream).text()).toBe("begin;[a] Drafting...\nYes STOPend");
  await expect.poll(() => log.map(({ route }) => route)).toEqual(["/v1/telegraph", "/v1/telegraph"]);
});

test("a run that fails is told in its own words", async () => {
  const failure = { code: "timeout", message: "too slow" } as const;
  const whole = send("/v1/telegraph", { say: "?" });
  (await engine.nextRun()).fail({ failure, receipt });
  expect([(await whole).status, await (await whole).json()]).toEqual([504, { lost: "timeout", code: "timeout" }]);

  const stream = send("/v1/telegraph", { say: "?", live: true });
  (await engine.nextRun()).fail({ failure, receipt });
  expect(await (await stream).text()).toBe("begin;lost: timeout;end");
});

test.each([
  ["a bad field", "/v1/telegraph", {}, {}, 400, "invalid-value"],
  ["broken JSON", "/v1/telegraph", "{", {}, 400, "invalid-body"],
  ["a large body", "/v1/telegraph", { say: "x".repeat(1000) }, {}, 413, "request-too-large"],
  ["another type", "/v1/telegraph", "x", { headers: { "content-type": "text/plain" } }, 415, "unsupported-media-type"],
  ["another method", "/v1/telegraph/", "x", { method: "PUT" }, 405, "method-not-allowed"],
  ["nothing there", "/V1/Telegraph/1", "x", {}, 404, "unknown-url"],
  ["another origin", "/v1/telegraph", "x", { headers: { origin: "https://evil.example" } }, 403, "origin-not-allowed"],
] as const)("%s is told in its own words", async (_name, path, body, init, status, kind) => {
  const response = await send(path, body, init);
  expect([response.status, await response.json()]).toMatchObject([status, { lost: kind }]);
});

test("so are a missing key, and a server that is going down", async () => {
  server.reconfigure({ apiKeys: ["k"] });
  const locked = await send("/v1/telegraph", "x");
  expect([locked.status, await locked.json()]).toEqual([401, { lost: "invalid-api-key", code: "invalid_api_key" }]);
  server.reconfigure({ apiKeys: [] });
  server.admission.drain();
  const late = await send("/v1/telegraph", "x");
  expect([late.status, await late.json()]).toEqual([503, { lost: "draining", code: "draining" }]);
});

test("elsewhere the first wire speaks", async () => {
  for (const path of ["/v1/telegraphs", "/v1/chat/completions", "/"]) {
    expect(await (await send(path, "{")).json()).toHaveProperty("error.type", "invalid_request_error");
  }
});

test("where it speaks for all paths it describes the models, and says what to call", async () => {
  called.nowhere = telegraph;
  const get = async (path: string): Promise<unknown> => (await fetch(server.url + path)).json();
  expect(await get("/v1/models")).toEqual({ callable: ["massgen"] });
  expect(await get("/v1/models/massgen")).toEqual({ callable: "massgen" });
  expect(await get("/v1/models/nope")).toMatchObject({ lost: "model-not-found" });
  expect(await get("/telex")).toMatchObject({ message: expect.stringContaining("No telegraph at /telex.") });
});

test("its heartbeat goes out in a silence", async () => {
  server.reconfigure({ heartbeatMs: 5 });
  const { body } = await send("/v1/telegraph", { say: "?", live: true });
  let text = "";
  for await (const piece of body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes("tick;")) break;
  }
  expect(text).toMatch(/^begin;(tick;)+$/);
});
