import { MassgenError } from "@massgen/core/model";
import { afterEach, describe, expect, test } from "vitest";
import { sendJson, startUpstream, type Exchange, type LoopbackUpstream } from "../fixtures/loopback-upstream.ts";
import { createRegistry } from "./registry.ts";

const key = "key-0123456789";
const open: LoopbackUpstream[] = [];
afterEach(async () => {
  for (const upstream of open.splice(0)) await upstream.close();
});

async function service(answer: (exchange: Exchange) => void): Promise<LoopbackUpstream> {
  const upstream = await startUpstream(answer);
  open.push(upstream);
  return upstream;
}

async function listed(type: string, baseUrl: string, signal = new AbortController().signal) {
  const registry = createRegistry({ env: {} });
  try {
    return await registry.describe.models({ type, baseUrl, apiKey: key }, signal);
  } finally {
    await registry.close();
  }
}

async function failure(type: string, baseUrl: string, signal?: AbortSignal): Promise<MassgenError> {
  const error: unknown = await listed(type, baseUrl, signal).catch((thrown: unknown) => thrown);
  if (!MassgenError.isInstance(error)) throw new Error(`no error, but ${JSON.stringify(error)}`);
  return error;
}

test.each([
  [
    "openai",
    "/v1",
    { data: [{ id: "gpt-4o" }, { id: "gpt-4o" }, { id: 7 }, {}] },
    "/v1/models",
    "authorization",
    `Bearer ${key}`,
  ],
  ["ollama", "", { object: "list", data: [{ id: "gpt-4o" }] }, "/v1/models", "authorization", `Bearer ${key}`],
  ["claude", "", { data: [{ id: "gpt-4o", type: "model" }] }, "/v1/models?limit=1000", "x-api-key", key],
  [
    "gemini",
    "",
    {
      models: [
        { name: "models/gpt-4o", supportedGenerationMethods: ["generateContent"] },
        { name: "models/embedding", supportedGenerationMethods: ["embedContent"] },
      ],
    },
    "/v1beta/models?pageSize=1000",
    "x-goog-api-key",
    key,
  ],
])("%s says what it has", async (type, path, body, asked, header, sent) => {
  const upstream = await service(({ response }) => sendJson(response, 200, body));
  expect(await listed(type, `${upstream.url}${path}`)).toEqual(["gpt-4o"]);
  expect(upstream.exchanges.map(({ path: at, headers }) => [at, headers[header]])).toEqual([[asked, sent]]);
});

test("Ollama without a model lists none", async () => {
  const upstream = await service(({ response }) => sendJson(response, 200, { object: "list", data: null }));
  expect(await listed("ollama", upstream.url)).toEqual([]);
});

describe("what goes wrong is said", () => {
  test.each<[string, number, unknown, string, RegExp]>([
    [
      "a refused key",
      401,
      { error: { message: `Incorrect API key: ${key}` } },
      "authentication",
      /^openai: .*Incorrect/,
    ],
    ["no such page", 404, {}, "not-found", /^openai: /],
    ["something else", 200, { hello: "world" }, "invalid-response", /instead of a list of models: .*hello/],
  ])("%s", async (_, status, body, code, message) => {
    const upstream = await service(({ response }) => sendJson(response, status, body));
    const error = await failure("openai", upstream.url);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(key);
  });

  test("nobody there", async () => {
    const upstream = await service(() => {});
    await upstream.close();
    open.pop();
    expect((await failure("vllm", upstream.url)).message).toMatch(/^vllm: cannot reach 127\.0\.0\.1:\d+: /);
  });

  test("a service that hangs, before its answer and in the middle of it", async () => {
    for (const begin of [false, true]) {
      const upstream = await service(({ response }) => {
        if (begin) response.write("{");
      });
      const error = await failure("lmstudio", upstream.url, AbortSignal.timeout(50));
      expect([error.code, error.message]).toEqual(["timeout", expect.stringMatching(/did not answer in time$/)]);
    }
  });

  test("a list without end is not read to its end", async () => {
    const upstream = await service(({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write(`{"data":[${'{"id":"a"},'.repeat(1_000_000)}`);
    });
    expect((await failure("openai", upstream.url)).message).toMatch(/longer than 8 MB/);
  });

  test("more names than anybody reads, and names that are too long, are left out", async () => {
    const data = Array.from({ length: 6000 }, (_, at) => ({ id: at === 0 ? "x".repeat(300) : `m${at}` }));
    const upstream = await service(({ response }) => sendJson(response, 200, { data }));
    expect(await listed("openai", upstream.url)).toHaveLength(4999);
  });

  test.each([
    ["demo", /lists no models/],
    ["azure_openai", /deployments/],
    ["nobody", /unknown backend type "nobody"; known types: /],
  ])("type %s", async (type, message) => {
    expect((await failure(type, "http://localhost:1")).message).toMatch(message);
  });

  test("a missing key", async () => {
    const registry = createRegistry({ env: {} });
    const asked = registry.describe.models({ type: "openai" }, new AbortController().signal);
    await expect(asked).rejects.toThrow("no API key; set OPENAI_API_KEY");
    await registry.close();
  });
});
