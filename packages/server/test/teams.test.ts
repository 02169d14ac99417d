// Which team a client finds, on every wire: by name, by its key, and what is said of it.
import { MassgenError } from "@massgen/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LogEntry } from "../src/index.ts";
import { start, type TestServer } from "./client.ts";
import { scriptedEngine, type ScriptedEngine } from "./scripted-run.ts";

const apiKeys = [
  { name: "ada", key: "key-of-ada" },
  { name: "bob", key: "key-of-bob", teams: ["fast"] },
  // The next key of the same client.
  { name: "bob", key: "new-key-of-bob", teams: ["fast"] },
];

let server: TestServer;
let engine: ScriptedEngine;
let log: LogEntry[];
let asked: (string | undefined)[];

beforeEach(async () => {
  log = [];
  asked = [];
  engine = scriptedEngine();
  const known = ["deep", "fast"];
  const named = scriptedEngine({
    find(model, teams = known) {
      if (model?.startsWith("massgen/model:")) {
        if (teams !== known) throw new MassgenError("permission", "This key may name teams, not models.");
        return { model };
      }
      const name = model?.startsWith("massgen/") ? model.slice("massgen/".length) : teams[0];
      if (name === undefined || !teams.includes(name)) throw new MassgenError("not-found", "There is no such team.");
      return { model: `massgen/${name}`, name };
    },
    start(ask) {
      asked.push(ask.model);
      return engine.start(ask);
    },
    models: (teams = known) => teams.map((id) => ({ id: `massgen/${id}`, ownedBy: "massgen", created: 1 })),
  });
  server = await start({ engine: named, options: { apiKeys, log: (entry) => log.push(entry) } });
});
afterEach(() => server.running.close({ timeoutMs: 0 }));

/** Each wire's path, and a request to it. */
const wires: [string, object][] = [
  ["/v1/chat/completions", { messages: [{ role: "user", content: "Hello" }] }],
  ["/v1/responses", { input: "Hello" }],
  ["/v1/messages", { max_tokens: 9, messages: [{ role: "user", content: "Hello" }] }],
  ["/v1/completions", { prompt: "Hello" }],
];

function send(path: string, body: object, key = "key-of-bob"): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  return fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

function get(path: string, key: string): Promise<Response> {
  return fetch(server.url + path, { headers: { authorization: `Bearer ${key}` } });
}

describe.each(wires)("%s", (path, question) => {
  test("answers by the team that is named, and says so", async () => {
    const response = send(path, { ...question, model: "massgen/fast" }, "key-of-ada");
    (await engine.nextRun()).reply("Hi");
    const body = (await (await response).json()) as object;
    expect(body).toMatchObject({ model: "massgen/fast", massgen_metadata: { team: "fast" } });
    expect(asked).toEqual(["massgen/fast"]);
    expect(log).toMatchObject([{ model: "massgen/fast", team: "fast", key: "ada" }]);
  });

  test.each(["key-of-bob", "new-key-of-bob"])("a key with teams has its first as its default: %s", async (key) => {
    const response = send(path, { ...question, model: "gpt-4o" }, key);
    (await engine.nextRun()).reply("Hi");
    const body = (await (await response).json()) as object;
    expect(body).toMatchObject({ model: "gpt-4o", massgen_metadata: { team: "fast" } });
    expect(log).toMatchObject([{ team: "fast", key: "bob" }]);
    expect(JSON.stringify(log)).not.toContain("key-of");
  });

  test("other teams do not exist for it, and models are not its to choose", async () => {
    const missing = await send(path, { ...question, model: "massgen/deep" });
    expect(missing.status).toBe(404);
    const refused = await send(path, { ...question, model: "massgen/model:gpt-4o" });
    expect(refused.status).toBe(403);
    const problems = [await missing.text(), await refused.text()];
    if (path !== "/v1/messages") {
      expect(problems[0]).toContain('"code":"model_not_found"');
      expect(problems[1]).toContain('"code":"model_not_allowed"');
    } else {
      expect(problems[0]).toContain('"type":"not_found_error"');
      expect(problems[1]).toContain('"type":"permission_error"');
    }
    expect(problems.join()).not.toContain("key-of");
    expect(engine.started()).toBe(0);
  });
});

test("tokens are counted for a team that there is", async () => {
  const [, body] = wires[2] ?? [];
  const count = (model: string) => send("/v1/messages/count_tokens", { ...body, model }).then(({ status }) => status);
  expect(await Promise.all(["massgen", "claude-x", "massgen/fast"].map(count))).toEqual([200, 200, 200]);
  expect(await Promise.all(["massgen/deep", "massgen/model:gpt-4o"].map(count))).toEqual([404, 403]);
});

test("lists and finds the models of its teams only", async () => {
  const listed = async (key: string) => {
    const { data } = (await (await get("/v1/models", key)).json()) as { data: { id: string }[] };
    return data.map(({ id }) => id);
  };
  expect(await listed("key-of-ada")).toEqual(["massgen/deep", "massgen/fast"]);
  expect(await listed("key-of-bob")).toEqual(["massgen/fast"]);
  expect((await get("/v1/models/massgen/fast", "key-of-bob")).status).toBe(200);
  expect((await get("/v1/models/massgen/deep", "key-of-bob")).status).toBe(404);
  expect((await get("/v1/models/massgen/model:x", "key-of-bob")).status).toBe(403);
  expect((await get("/v1/models/massgen/deep", "key-of-ada")).status).toBe(200);
});

test("an engine without names serves no key with teams", async () => {
  const plain = await start({ engine: scriptedEngine(), options: { apiKeys } });
  try {
    const headers = { "content-type": "application/json", authorization: "Bearer key-of-bob" };
    const body = JSON.stringify(wires[0]?.[1]);
    const { status } = await fetch(`${plain.url}/v1/chat/completions`, { method: "POST", headers, body });
    expect(status).toBe(404);
    expect(await (await fetch(`${plain.url}/v1/models`, { headers })).json()).toEqual({ object: "list", data: [] });
  } finally {
    await plain.running.close({ timeoutMs: 0 });
  }
});

test("an engine without names gets what the client sent, or nothing", async () => {
  const got: object[] = [];
  const scripted = scriptedEngine();
  const plain = await start({
    engine: {
      ...scripted,
      start(ask) {
        got.push({ model: ask.model, named: "model" in ask });
        return scripted.start(ask);
      },
    },
  });
  try {
    for (const model of ["quick", undefined]) {
      const body = JSON.stringify({ ...wires[0]?.[1], model });
      const headers = { "content-type": "application/json" };
      const response = fetch(`${plain.url}/v1/chat/completions`, { method: "POST", headers, body });
      (await scripted.nextRun()).reply("Hi");
      expect((await response).status).toBe(200);
    }
    expect(got).toEqual([
      { model: "quick", named: true },
      { model: undefined, named: false },
    ]);
  } finally {
    await plain.running.close({ timeoutMs: 0 });
  }
});
