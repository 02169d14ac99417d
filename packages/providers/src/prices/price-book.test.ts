import { createTeam, systemPorts } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";
import { expect, it } from "vitest";
import { createRegistry } from "../registry.ts";
import { createPriceBook } from "./price-book.ts";

const usage = {
  inputTokens: 1000,
  outputTokens: 100,
  cachedInputTokens: 400,
  cacheWriteTokens: 100,
  reasoningTokens: 0,
};
const env = { OPENAI_API_KEY: "sk-test" };

it("a given price wins, for each kind of token", () => {
  const { createModel, prices } = createRegistry({ env });
  const price = { input: 10, output: 100, cachedInput: 1, cacheWrite: 20 };
  const model = createModel({ type: "openai", model: "gpt-4o", price, options: {} });
  const cost = 500 * 10 + 400 * 1 + 100 * 20 + 100 * 100;
  expect(prices.price({ model, usage, endedAt: 0 })).toBeCloseTo(cost / 1_000_000, 12);
  expect(prices.rates(model)).toEqual({ input: 20, output: 100 });
  const plain = createModel({ type: "demo", price: { input: 2, output: 0 }, options: {} });
  expect(prices.price({ model: plain, usage, endedAt: 0 })).toBeCloseTo(0.002, 12);
});

it("a public price is known once the list is loaded, and a model that is made later has one at once", async () => {
  const { createModel, prices } = createRegistry({ env });
  const model = createModel({ type: "openai", model: "gpt-4o", options: {} });
  expect(prices.rates(model)).toBeUndefined();
  expect(prices.price({ model, usage, endedAt: 0 })).toBeNull();
  await prices.load();
  expect(prices.rates(model)).toEqual({ input: 2.5, output: 10 });
  const later = createModel({ type: "openai", model: "gpt-4o-mini", options: {} });
  expect(prices.rates(later)).toEqual({ input: 0.15, output: 0.6 });
});

it("local models, the demo and models at another address cost nobody knows what, unless the backend says it", async () => {
  const { createModel, prices } = createRegistry({ env });
  createModel({ type: "openai", model: "gpt-4o", options: {} });
  await prices.load();
  for (const backend of [
    { type: "ollama", model: "llama3.2" },
    { type: "demo" },
    { type: "openai", model: "gpt-4o", baseUrl: "http://127.0.0.1:1/v1" },
    { type: "openai", model: "no-such-model" },
  ]) {
    expect(prices.price({ model: createModel({ ...backend, options: {} }), usage, endedAt: 0 })).toBeNull();
    const free = createModel({ ...backend, price: { input: 0, output: 0 }, options: {} });
    expect(prices.price({ model: free, usage, endedAt: 0 })).toBe(0);
  }
});

it("is shared by registries that have one book, and knows no model that it was not told of", async () => {
  const prices = createPriceBook();
  const old = createRegistry({ env, prices }).createModel({ type: "openai", model: "gpt-4o", options: {} });
  const { prices: shared } = createRegistry({ env, prices });
  await shared.load();
  expect(shared.rates(old)).toEqual({ input: 2.5, output: 10 });
  expect(shared.rates(scriptedModel(() => "", { model: "gpt-4o" }))).toBeUndefined();
});

it("prices the runs of a team through its ports", async () => {
  const { createModel, prices } = createRegistry({ env });
  const model = createModel({ type: "demo", price: { input: 1, output: 1 }, options: {} });
  const { price, rates } = prices;
  const team = createTeam({
    agents: [model],
    coordination: { budget: { maxUsd: 1 } },
    ports: { ...systemPorts, price, rates },
  });
  const { receipt } = await team.run({ messages: [{ role: "user", content: "Hi" }] }).answer();
  const { inputTokens = NaN, outputTokens = NaN } = receipt.usage ?? {};
  expect(receipt.costUsd).toBeCloseTo((inputTokens + outputTokens) / 1_000_000, 12);
});
