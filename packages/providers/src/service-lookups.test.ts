import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, test } from "vitest";
import { manualClock, type ManualClock } from "@massgen/core/testing";
import { collect } from "../fixtures/collect.ts";
import type { Backend } from "./backend.ts";
import { createRegistry, type Registry } from "./registry.ts";
import type { ServiceReport } from "./service-lookups.ts";

const running: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

interface Served {
  readonly url: string;
  readonly asked: string[];
}

/** A service that answers each path as said, with 404 elsewhere; undefined says nothing at all. */
async function serve(pages: Record<string, string | undefined>): Promise<Served> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(`${request.method} ${path} ${request.headers.authorization ?? ""}`.trim());
    if (!(path in pages)) response.writeHead(404).end("{}");
    else if (pages[path] !== undefined)
      response.writeHead(200, { "content-type": "application/json" }).end(pages[path]);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A service that answers once it is told what. */
async function serveLate(): Promise<{ readonly url: string; readonly answer: (body: string) => Promise<void> }> {
  const asked = Promise.withResolvers<ServerResponse>();
  const server = createServer((_, response) => asked.resolve(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: async (body) => void (await asked.promise).end(body),
  };
}

/** A registry whose time the test moves. */
function clockedRegistry(): { readonly registry: Registry; readonly clock: ManualClock } {
  const clock = manualClock();
  const registry = createRegistry({ env: {}, clock });
  running.push(registry.close);
  return { registry, clock };
}

/** One whose time stands still: an answer may take as long as it takes. */
function registryOf(...backends: Backend[]): Registry {
  const { registry } = clockedRegistry();
  for (const backend of backends) registry.createModel(backend);
  return registry;
}

const props = JSON.stringify({
  total_slots: 4,
  default_generation_settings: { n_ctx: 2048 },
  modalities: { vision: false },
});

describe("what a service says", () => {
  test.each([
    ["llamacpp", "/props", props, { maxConcurrency: 4, contextTokens: 2048, images: false }],
    [
      "llamacpp",
      "/v1/models",
      JSON.stringify({ data: [{ id: "m", meta: { n_ctx: 4096 } }] }),
      { maxConcurrency: 1, contextTokens: 4096 },
    ],
    ["vllm", "/v1/models", JSON.stringify({ data: [{ id: "m", max_model_len: 8192 }] }), { contextTokens: 8192 }],
    [
      "lmstudio",
      "/api/v0/models",
      JSON.stringify({ data: [{ id: "m", loaded_context_length: 4096 }] }),
      { maxConcurrency: 1, contextTokens: 4096 },
    ],
    [
      "ollama",
      "/api/ps",
      JSON.stringify({ models: [{ name: "m:latest", context_length: 4096 }] }),
      { maxConcurrency: 1, contextTokens: 4096 },
    ],
  ])("%s: %s", async (type, path, body, facts) => {
    const { url, asked } = await serve({ [path]: body });
    const registry = createRegistry({ env: {} });
    running.push(registry.close);
    const model = registry.createModel({
      type,
      model: "m",
      baseUrl: `${url}/v1`,
      apiKey: "local-key-123",
      options: {},
    });
    expect(asked, "making a model sends nothing").toEqual([]);
    expect(await registry.describe.lookUp()).toEqual([{ type, model: "m", answered: true, ...facts }]);
    expect(model.capabilities?.contextTokens).toBe(facts.contextTokens);
    expect(model.capabilities?.images).toBe(!("images" in facts));
    expect(asked).toContain(`GET ${path} Bearer local-key-123`);
    await registry.describe.lookUp();
    expect(
      asked.filter((line) => line.includes(path)),
      "once",
    ).toHaveLength(1);
  });

  it("is passed over where it makes no sense", async () => {
    for (const body of [
      "nonsense",
      "[]",
      "{}",
      '{"total_slots":-1,"default_generation_settings":{"n_ctx":"x"}}',
      '{"total_slots":1e99}',
      `{"a":"${"x".repeat(2 ** 21)}"}`,
    ]) {
      const { url } = await serve({ "/props": body });
      const registry = registryOf({ type: "llamacpp", model: "m", baseUrl: url, options: {} });
      expect(await registry.describe.lookUp()).toMatchObject([{ type: "llamacpp", model: "m", maxConcurrency: 1 }]);
    }
  });

  it("is not waited for: a service that hangs, or is not there, is taken as it is", async () => {
    const { url, asked } = await serve({ "/props": undefined });
    const { registry, clock } = clockedRegistry();
    registry.createModel({ type: "llamacpp", model: "m", baseUrl: url, options: {} });
    registry.createModel({ type: "ollama", model: "n", baseUrl: "http://127.0.0.1:1", options: {} });
    const reports = registry.describe.lookUp();
    await expect.poll(() => asked.length).toBe(1);
    clock.advance(1500);
    expect(await reports).toEqual([
      { type: "llamacpp", model: "m", answered: false, maxConcurrency: 1 },
      { type: "ollama", model: "n", answered: false, maxConcurrency: 1 },
    ]);
  });

  it("counts however late it comes, and is told then", async () => {
    const { url, answer } = await serveLate();
    const { registry, clock } = clockedRegistry();
    const model = registry.createModel({ type: "llamacpp", model: "m", baseUrl: url, options: {} });
    const told: ServiceReport[] = [];
    const both = new Promise<void>((resolve) => {
      registry.describe.onServiceReport((report) => {
        if (told.push(report) === 2) resolve();
      });
    });
    const waited = registry.describe.lookUp();
    clock.advance(1500);
    await waited;
    expect(told).toEqual([{ type: "llamacpp", model: "m", answered: false, maxConcurrency: 1 }]);
    await answer(props);
    await both;
    const said = {
      type: "llamacpp",
      model: "m",
      answered: true,
      maxConcurrency: 4,
      contextTokens: 2048,
      images: false,
    };
    expect(told[1]).toEqual(said);
    expect(await registry.describe.lookUp()).toEqual([said]);
    expect(model.capabilities?.contextTokens).toBe(2048);
  });

  it("is asked for again while the window is not told: the model may not be loaded yet", async () => {
    const { registry, clock } = clockedRegistry();
    const pages = { "/api/ps": JSON.stringify({ models: [] }) };
    const { url, asked } = await serve(pages);
    registry.createModel({ type: "ollama", model: "m", baseUrl: url, options: {} });
    const nothing = { type: "ollama", model: "m", answered: true, maxConcurrency: 1 };
    expect(await registry.describe.lookUp()).toEqual([nothing]);
    pages["/api/ps"] = JSON.stringify({ models: [{ name: "m", context_length: 4096 }] });
    expect(await registry.describe.lookUp()).toEqual([nothing]);
    clock.advance(60_000);
    expect(await registry.describe.lookUp()).toEqual([{ ...nothing, contextTokens: 4096 }]);
    clock.advance(60_000);
    await registry.describe.lookUp();
    expect(asked).toHaveLength(2);
  });

  it("is nothing where nobody is asked: hosted services, and an empty registry", async () => {
    expect(
      await registryOf({ type: "openai", model: "m", apiKey: "sk-1234567890", options: {} }).describe.lookUp(),
    ).toEqual([]);
    expect(await registryOf().describe.lookUp()).toEqual([]);
  });
});

it("a configured window counts, but a smaller one that is found does more", async () => {
  const { url } = await serve({ "/props": props });
  const registry = registryOf();
  const backend = { type: "llamacpp", model: "m", baseUrl: url, options: {} };
  const [large, small] = [4096, 1024].map((contextTokens) => registry.createModel({ ...backend, contextTokens }));
  expect([large, small].map((model) => model?.capabilities?.contextTokens)).toEqual([4096, 1024]);
  await registry.describe.lookUp();
  expect([large, small].map((model) => model?.capabilities?.contextTokens)).toEqual([2048, 1024]);
  expect(large?.capabilities?.images).toBe(false);
});

it("a refusal that names the window teaches it", async () => {
  const server = createServer((_, response) => {
    const error = {
      message: "request (900 tokens) exceeds the available context size (512 tokens)",
      type: "exceed_context_size_error",
      n_ctx: 512,
    };
    response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(() => server.close());
  const registry = createRegistry({ env: {} });
  running.push(registry.close);
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const model = registry.createModel({ type: "chatcompletion", model: "m", baseUrl, options: {} });
  const { error } = await collect(model.stream({ messages: [{ role: "user", content: "?" }] }));
  expect(error).toMatchObject({ code: "context-length", contextTokens: 512, promptTokens: 900 });
  expect(model.capabilities).toMatchObject({ contextTokens: 512 });
});
