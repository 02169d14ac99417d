import { afterEach, describe, expect, test } from "vitest";
import { contractVersion, MassgenError, type ChatModel, type Limiter, type Provider } from "@massgen/core/model";
import { manualClock } from "@massgen/core/testing";
import { collect } from "../fixtures/collect.ts";
import { frames, sendEvents, startUpstream } from "../fixtures/loopback-upstream.ts";
import type { Backend } from "./backend.ts";
import { createLimiter } from "./limits/limiter.ts";
import { createRegistry, type Registry, type RegistryOptions } from "./registry.ts";

const made: Registry[] = [];
function registryWith(options: RegistryOptions): Registry {
  const registry = createRegistry(options);
  made.push(registry);
  return registry;
}
afterEach(async () => {
  await Promise.all(made.splice(0).map((registry) => registry.close()));
});

test("types and aliases", () => {
  const registry = registryWith({ env: {} });
  expect(registry.types()).toEqual(
    (
      "azure_openai cerebras chatcompletion claude deepseek demo fireworks gemini grok groq llamacpp lmstudio mistral moonshot " +
      "nebius nvidia ollama openai openrouter perplexity poe qwen sglang together vllm zai"
    ).split(" "),
  );
  expect(registry.describe.provider("kimi")?.type).toBe("moonshot");
  expect(registry.describe.provider("anthropic")?.type).toBe("claude");
  expect(registry.describe.provider("codex")).toBeUndefined();
});

test.each<[string, Record<string, unknown>, string]>([
  ["unknown type", { type: "opnai", model: "m" }, 'unknown backend type "opnai"; known types: azure_openai'],
  ["no model", { type: "openai" }, "backend openai: model is missing"],
  [
    "no key",
    { type: "moonshot", model: "m" },
    "backend moonshot: no API key; set MOONSHOT_API_KEY or KIMI_API_KEY, or",
  ],
  ["no address", { type: "chatcompletion", model: "m" }, "set base_url or CHATCOMPLETION_BASE_URL"],
  ["a wrong address", { type: "vllm", model: "m", baseUrl: "localhost" }, "base_url must begin with http"],
  ["a key in the address", { type: "vllm", model: "m", baseUrl: "http://u:p@h" }, "must not hold a user name"],
  ["an odd key", { type: "openai", model: "m", apiKey: "sk a\nb" }, "characters that are not allowed in a key"],
  [
    "an option of the wrong type",
    { type: "vllm", model: "m", options: { temperature: "hot" } },
    "temperature must be a number",
  ],
  [
    "an odd header",
    { type: "vllm", model: "m", options: { default_headers: { a: 1 } } },
    "default_headers.a must be a text",
  ],
])("configuration: %s", (_name, backend, message) => {
  const registry = registryWith({ env: {} });
  const make = (): unknown => registry.createModel({ type: "", options: {}, ...backend });
  expect(make).toThrow(message);
  expect(make).toThrow(expect.objectContaining({ code: "configuration" }));
});

test("key and address: explicit first, then the variables in order; `none` sends no key", async () => {
  const upstream = await startUpstream(({ response }) =>
    sendEvents(response, frames({ choices: [{ delta: { content: "ok" }, finish_reason: "stop" }] }, "[DONE]")),
  );
  const env = { QWEN_API_KEY: " ", DASHSCOPE_API_KEY: "from-dashscope\n", QWEN_BASE_URL: `${upstream.url}/v1` };
  const registry = registryWith({ env });
  const backend = { type: "qwen", model: "m", options: {} };
  for (const apiKey of [undefined, "explicit", "none"]) {
    const model = registry.createModel({ ...backend, ...(apiKey !== undefined && { apiKey }) });
    expect((await collect(model.stream({ messages: [] }))).text).toBe("ok");
  }
  expect(upstream.exchanges.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer from-dashscope",
    "Bearer explicit",
    undefined,
  ]);
  await upstream.close();
});

test("what belongs to OpenAI does not go to other vendors", async () => {
  const upstream = await startUpstream(({ response }) => response.end());
  const registry = registryWith({ env: { OPENAI_ORG_ID: "org-1" } });
  process.env["OPENAI_CUSTOM_HEADERS"] = "X-Internal: hush";
  try {
    for (const type of ["openai", "groq"]) {
      const model = registry.createModel({ type, model: "m", apiKey: "k-12345", baseUrl: upstream.url, options: {} });
      await collect(model.stream({ messages: [] }));
    }
  } finally {
    delete process.env["OPENAI_CUSTOM_HEADERS"];
  }
  expect(upstream.exchanges.map(({ headers }) => [headers["openai-organization"], headers["x-internal"]])).toEqual([
    ["org-1", "hush"],
    [undefined, undefined],
  ]);
  await upstream.close();
});

test("every key that passes through is a secret of the whole registry", () => {
  const registry = registryWith({ env: { GROQ_API_KEY: "groq-key-1" }, secrets: ["server-key-1"] });
  registry.createModel({ type: "groq", model: "m", options: { default_headers: { "X-Token": "header-key-1" } } });
  registry.createModel({ type: "gemini", model: "m", apiKey: "gemini-key-1", options: {} });
  expect(registry.redact("groq-key-1 gemini-key-1 server-key-1 header-key-1")).toBe(
    "[redacted] [redacted] [redacted] [redacted]",
  );
});

test("further providers, also in place of a built-in one", () => {
  const mine: Provider = {
    contract: contractVersion,
    type: "demo",
    aliases: ["mine"],
    apiKey: { variables: [], required: false },
    baseUrl: { variables: [] },
    createModel: ({ model }) => ({ contract: 1, model: `my ${model}`, stream: () => ({}) as never }),
  };
  const registry = registryWith({ env: {}, providers: [mine] });
  expect(registry.createModel({ type: "mine", model: "m", options: {} }).model).toBe("my m");
});

const acme: Provider = {
  contract: contractVersion,
  type: "acme",
  apiKey: { variables: ["ACME_API_KEY"], required: true },
  baseUrl: { variables: ["ACME_BASE_URL"], default: "https://api.acme.example/v1" },
  createModel: ({ model }) => ({ contract: 1, model, stream: () => ({}) as never }),
};

test("a further provider that is none, or of another contract, is refused by position", () => {
  const providers = [acme, { ...acme, contract: 2 } as unknown as Provider];
  expect(() => createRegistry({ env: {}, providers })).toThrow(/^providers\[1\] is written for version 2/);
});

test("a further provider that fails is internal, without its key; one that finds a setting wrong says so", () => {
  const failing = (fail: () => never): Registry =>
    registryWith({ env: { ACME_API_KEY: "acme-key-1" }, providers: [{ ...acme, createModel: fail }] });
  const backend = { type: "acme", model: "m", options: {} };
  const broken = failing(() => {
    throw new TypeError("acme-key-1 is not a function");
  });
  expect(() => broken.createModel(backend)).toThrow(
    "backend acme: the provider package threw TypeError: [redacted] is",
  );
  expect(() => broken.createModel(backend)).toThrow(expect.objectContaining({ code: "internal" }));
  const strict = failing(() => {
    throw new MassgenError("configuration", "backend acme: flavour must be a text");
  });
  expect(() => strict.createModel(backend)).toThrow(expect.objectContaining({ code: "configuration" }));
  const empty = registryWith({
    env: { ACME_API_KEY: "k" },
    providers: [{ ...acme, createModel: () => undefined as never }],
  });
  expect(() => empty.createModel(backend)).toThrow("backend acme: the provider package made no model");
});

test("what a further provider's model throws is redacted with the keys of the whole registry", async () => {
  const stream: ChatModel["stream"] = () => {
    throw new Error("acme-key-1 and groq-key-1");
  };
  const registry = registryWith({
    env: { ACME_API_KEY: "acme-key-1", GROQ_API_KEY: "groq-key-1" },
    providers: [{ ...acme, createModel: ({ model }) => ({ contract: 1, model, stream }) }],
  });
  registry.createModel({ type: "groq", model: "m", options: {} });
  const model = registry.createModel({ type: "acme", model: "m", options: {} });
  const { error } = await collect(model.stream({ messages: [] }));
  expect(error).toMatchObject({ code: "internal", message: expect.stringContaining("[redacted] and [redacted]") });
});

test.each<[string, Backend, Partial<Backend>]>([
  [
    "its own, whatever else tells",
    { type: "vllm", model: "gpt-4o", baseUrl: "https://api.groq.com/v1", options: {} },
    { type: "vllm", model: "gpt-4o" },
  ],
  [
    "that of its address before its name",
    { model: "openai/gpt-4o", baseUrl: "https://openrouter.ai/api/v1", options: {} },
    { type: "openrouter", model: "openai/gpt-4o" },
  ],
  [
    "that of its address where the name fits many",
    { model: "openai/gpt-oss-20b", baseUrl: "https://api.groq.com/openai/v1", options: {} },
    { type: "groq", model: "openai/gpt-oss-20b" },
  ],
  [
    "that of a further provider's address",
    { model: "m", baseUrl: "https://api.acme.example", options: {} },
    { type: "acme" },
  ],
  [
    "that of its name at an address of nobody's",
    { model: "gpt-4o", baseUrl: "http://proxy.example/v1", options: {} },
    { type: "openai", model: "gpt-4o" },
  ],
  ["the one in front of its name", { model: "acme/m", options: {} }, { type: "acme", model: "m" }],
])("the type of a backend is %s", (_what, backend, typed) => {
  expect(registryWith({ env: {}, providers: [acme] }).describe.typed(backend)).toMatchObject(typed);
});

test("a backend whose type nothing tells stays as it is, and cannot be made", () => {
  const registry = registryWith({ env: {} });
  const backend = { model: "gpt-oss-120b", options: {} };
  expect(registry.describe.typed(backend)).toEqual(backend);
  expect(() => registry.createModel(backend)).toThrow("several services have models of this name; set type to groq,");
  expect(() => registry.createModel({ options: {} })).toThrow(
    "does not tell its type; set type to one of azure_openai",
  );
});

test("a closed registry calls nobody", async () => {
  const registry = createRegistry({ env: {} });
  const model = registry.createModel({ type: "vllm", model: "m", options: {} });
  await registry.close();
  const { error } = await collect(model.stream({ messages: [] }));
  expect([error?.code, error?.message]).toEqual(["connection", expect.stringContaining("the registry was closed")]);
});

describe("accounts", () => {
  const backend = { type: "openai", model: "gpt-4o", apiKey: "account-key-1", options: {} };

  test("are the same for type, address and key, whatever the model and however the address is written", () => {
    const registry = registryWith({ env: { OPENAI_API_KEY: "account-key-1" } });
    const account = registry.describe.account(backend);
    expect(account).not.toContain("account-key-1");
    expect(registry.describe.account({ type: "openai", model: "gpt-5" })).toBe(account);
    expect(registry.describe.account({ ...backend, baseUrl: "https://API.openai.com/v1/" })).toBe(account);
    expect(registry.describe.account({ ...backend, apiKey: "account-key-2" })).not.toBe(account);
    expect(registry.describe.account({ ...backend, baseUrl: "https://proxy.example/v1" })).not.toBe(account);
    expect(registry.describe.account({ ...backend, type: "groq" })).not.toBe(account);
    const [claude, anthropic] = ["claude", "anthropic"].map((type) => registry.describe.account({ ...backend, type }));
    expect(claude).toBe(anthropic);
  });

  test("have the limits of all their backends, which must not contradict each other", () => {
    const registry = registryWith({ env: {} });
    registry.createModel({ ...backend, limits: { maxConcurrency: 2 } });
    registry.createModel({ ...backend, limits: { maxConcurrency: 2, requestsPerMinute: 9 } });
    registry.createModel({ ...backend, apiKey: "account-key-2", limits: { maxConcurrency: 3 } });
    expect(() => registry.createModel({ ...backend, limits: { maxConcurrency: 3 } })).toThrow(
      expect.objectContaining({
        code: "configuration",
        message: expect.stringContaining("max_concurrency is 3 here and 2 in"),
      }),
    );
  });

  test("are limited for all models that call them, those of further providers too; others go on", async () => {
    const gates = new Map(["a", "b", "c"].map((name) => [name, Promise.withResolvers<void>()]));
    const started: string[] = [];
    const gated: Provider = {
      ...acme,
      createModel: ({ model }) => ({
        contract: 1,
        model,
        stream: async function* () {
          started.push(model);
          await gates.get(model)?.promise;
          yield { type: "finish", reason: "stop" };
        },
      }),
    };
    const registry = registryWith({ env: { ACME_API_KEY: "k-1" }, providers: [gated] });
    const model = (name: string, apiKey?: string): ChatModel =>
      registry.createModel({ type: "acme", model: name, options: {}, ...(apiKey !== undefined && { apiKey }) });
    const [unlimited, other] = [model("a"), model("c", "k-2")];
    registry.createModel({ type: "acme", model: "b", options: {}, limits: { maxConcurrency: 1 } });
    const first = collect(unlimited.stream({ messages: [] }));
    const second = collect(model("b").stream({ messages: [] }));
    const third = collect(other.stream({ messages: [] }));
    await new Promise(setImmediate);
    expect(started.toSorted()).toEqual(["a", "c"]);
    gates.get("c")?.resolve();
    await third;
    expect(started).not.toContain("b");
    gates.get("a")?.resolve();
    gates.get("b")?.resolve();
    await Promise.all([first, second]);
    expect(started.at(-1)).toBe("b");
  });

  test("are kept by the limiter that registries share", async () => {
    const clock = manualClock();
    const limiter = createLimiter(clock);
    const [first, second] = [registryWith({ env: {}, clock, limiter }), registryWith({ env: {}, clock, limiter })];
    const backend = { type: "demo", options: {}, limits: { requestsPerMinute: 1 } };
    const hello = { messages: [{ role: "user", content: "Hello" }] } as const;
    expect((await collect(first.createModel(backend).stream(hello))).error).toBeUndefined();
    const waiting = collect(second.createModel(backend).stream(hello));
    await new Promise(setImmediate);
    expect([first, second].map((registry) => registry.describe.waitingCalls())).toEqual([0, 1]);
    await second.close();
    expect((await waiting).error?.code).toBe("connection");
  });

  test("a limiter that fails fails the call, with its error as the cause", async () => {
    const cause = new Error("no database");
    const limiter: Limiter = { ...createLimiter(), acquire: () => Promise.reject(cause) };
    const registry = registryWith({ env: {}, limiter });
    const model = registry.createModel({ type: "demo", options: {}, limits: { maxConcurrency: 1 } });
    const { error } = await collect(model.stream({ messages: [] }));
    const message = "demo demo: the limiter failed before the call was sent";
    expect(error).toMatchObject({ code: "internal", message, cause });
  });

  test("send those away who wait when the registry is closed", async () => {
    const clock = manualClock();
    const registry = createRegistry({ env: {}, clock });
    const model = registry.createModel({ type: "demo", options: {}, limits: { requestsPerMinute: 1 } });
    const hello = { messages: [{ role: "user", content: "Hello" }] } as const;
    expect((await collect(model.stream(hello))).error).toBeUndefined();
    const waiting = collect(model.stream(hello));
    await new Promise(setImmediate);
    expect(clock.pending()).toBe(1);
    await registry.close();
    expect((await waiting).error).toMatchObject({ code: "connection", message: "demo demo: the registry was closed" });
    expect(clock.pending()).toBe(0);
  });
});

test("images: as the backend says, else as its vendor is known, else until a service refuses one", async () => {
  const registry = createRegistry({ env: { OPENAI_API_KEY: "k-1234567890", DEEPSEEK_API_KEY: "k-1234567890" } });
  const made = (type: string, images?: boolean) =>
    registry.createModel({ type, model: "m", options: {}, ...(images !== undefined && { images }) }).capabilities
      ?.images;
  expect([made("openai"), made("openai", false), made("deepseek"), made("deepseek", true)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  await registry.close();
});

test("what a model may think: by its name and options, else nothing is known", () => {
  const registry = createRegistry({ env: {} });
  const thinking = (type: string, model: string, options: object = {}): number | undefined =>
    registry.createModel({ type, model, apiKey: "k-1234567890", options: { ...options } }).capabilities?.thinkingTokens;
  expect(thinking("openai", "gpt-4o")).toBeUndefined();
  expect(thinking("openai", "o3")).toBe(8192);
  expect(thinking("qwen", "qwen3-8b", { enable_thinking: false })).toBe(0);
  expect(thinking("claude", "claude-x")).toBe(0);
  expect(thinking("claude", "claude-x", { thinking: { type: "enabled", budget_tokens: 10_000 } })).toBe(10_000);
  expect(thinking("gemini", "gemini-2.5-flash", { thinking_budget: 0 })).toBe(0);
  expect(thinking("gemini", "gemini-2.5-flash")).toBe(8192);
});
