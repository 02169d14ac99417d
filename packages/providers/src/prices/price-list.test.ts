import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { expect, it, vi } from "vitest";
import { isListed, loadPriceList } from "./price-list.ts";

const list = await loadPriceList();
const now = new Date("2026-11-29T12:00:00Z");
const usage = { inputTokens: 10_000, outputTokens: 500, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

it.each([
  ["openai", "gpt-4o", 10_000 * 2.5 + 500 * 10],
  ["openai", "gpt-4o-2024-08-06", 10_000 * 2.5 + 500 * 10],
  ["claude", "claude-sonnet-4-5", 10_000 * 3 + 500 * 15],
  ["gemini", "gemini-2.5-pro", 10_000 * 1.25 + 500 * 10],
  ["groq", "llama-3.3-70b-versatile", 10_000 * 0.59 + 500 * 0.79],
])("%s %s has its public price", (type, model, millionths) => {
  expect(list.find({ type, model }, now)?.cost(usage, now)).toBeCloseTo(millionths / 1_000_000, 12);
});

it.each([
  ["openai", "no-such-model"],
  ["ollama", "gpt-4o"],
  ["demo", "demo"],
  ["chatcompletion", "gpt-4o"],
  ["constructor", "gpt-4o"],
])("%s %s has none", (type, model) => {
  expect(list.find({ type, model }, now)).toBeUndefined();
});

it("a model at another address has the price of the service that the address belongs to, or none", () => {
  const at = (baseUrl: string) => list.find({ type: "openai", model: "gpt-4o", baseUrl }, now)?.rates.output;
  expect(at("https://ada.openai.azure.com")).toBe(10);
  expect(at("http://127.0.0.1:4000/v1")).toBeUndefined();
  expect(at("https://gateway.example/api.openai.com")).toBeUndefined();
});

it("what is read from a cache and written to one has a price of its own", () => {
  const price = list.find({ type: "claude", model: "claude-sonnet-4-5" }, now);
  const cached = { ...usage, cachedInputTokens: 4000, cacheWriteTokens: 1000 };
  const millionths = 5000 * 3 + 4000 * 0.3 + 1000 * 3.75 + 500 * 15;
  expect(price?.cost(cached, now)).toBeCloseTo(millionths / 1_000_000, 12);
});

it("a call beyond a tier costs what that tier costs, and three calls below it do not", () => {
  const price = list.find({ type: "gemini", model: "gemini-2.5-pro" }, now);
  const below = { ...usage, inputTokens: 100_000 };
  const beyond = { ...usage, inputTokens: 300_000, outputTokens: 1500 };
  expect(price?.cost(below, now)).toBeCloseTo((100_000 * 1.25 + 500 * 10) / 1_000_000, 12);
  expect(price?.cost(beyond, now)).toBeCloseTo((300_000 * 2.5 + 1500 * 15) / 1_000_000, 12);
  expect(price?.rates).toEqual({ input: 2.5, output: 15 });
});

it("the rates are the highest of all kinds, tiers, hours and dates to come", () => {
  expect(list.find({ type: "claude", model: "claude-sonnet-4-5" }, now)?.rates).toEqual({ input: 12, output: 22.5 });
  const price = list.find({ type: "deepseek", model: "deepseek-reasoner" }, now);
  const costs = [0, 4, 8, 12, 17, 20, 23].map(
    (hour) => price?.cost(usage, new Date(Date.UTC(2026, 10, 29, hour))) ?? NaN,
  );
  expect(new Set(costs).size).toBeGreaterThan(1);
  const { input = 0, output = 0 } = price?.rates ?? {};
  expect(Math.max(...costs)).toBeCloseTo((10_000 * input + 500 * output) / 1_000_000, 9);
  // Cheaper since June 2025.
  expect(list.find({ type: "openai", model: "o3" }, now)?.rates).toEqual({ input: 2, output: 8 });
  expect(list.find({ type: "openai", model: "o3" }, new Date("2025-01-01"))?.rates).toEqual({ input: 10, output: 40 });
});

it("a fee for each call counts, and reasoning that costs less than an answer", () => {
  const sonar = list.find({ type: "perplexity", model: "sonar" }, now);
  expect(sonar?.cost(usage, now)).toBeCloseTo(0.012 + 0.0105, 12);
  expect(sonar?.rates).toEqual({ input: 1, output: 1, call: 0.012 });
  const research = list.find({ type: "perplexity", model: "sonar-deep-research" }, now);
  const thought = { ...usage, reasoningTokens: 400 };
  expect(research?.cost(thought, now)).toBeCloseTo((10_000 * 2 + 100 * 8 + 400 * 3) / 1_000_000, 12);
});

it.each([
  ["openai", "openai"],
  ["claude", "anthropic"],
  ["gemini", "google"],
  ["deepseek", "deepseek"],
  ["groq", "groq"],
  ["perplexity", "perplexity"],
  ["openrouter", "openrouter"],
])("every model of %s costs what the library says, which says nothing on the console", (type, providerId) => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const models = findProvider({ providerId })?.models.map(({ id }) => id) ?? [];
  expect(models.length).toBeGreaterThan(3);
  for (const model of models) {
    const price = list.find({ type, model }, now);
    for (const inputTokens of [10, 5000, 300_000]) {
      const call = { ...usage, inputTokens, cachedInputTokens: inputTokens / 5, cacheWriteTokens: inputTokens / 10 };
      const whole = {
        input_tokens: inputTokens,
        cache_read_tokens: inputTokens / 5,
        cache_write_tokens: inputTokens / 10,
        output_tokens: usage.outputTokens,
      };
      const library = calcPrice(whole, model, { providerId, timestamp: now });
      const total = library === null ? undefined : (expect.closeTo(library.total_price, 12) as number);
      expect([model, price?.cost(call, now)]).toEqual([model, total]);
      // What is reserved is enough, whatever kind its tokens turn out to be of.
      const { input = 0, output = 0, call: fee = 0 } = price?.rates ?? {};
      const most = fee + (inputTokens * input + usage.outputTokens * output) / 1_000_000;
      expect([model, (library?.total_price ?? 0) <= most + 1e-12]).toEqual([model, true]);
    }
  }
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

it("knows which types it may have", () => {
  expect(["openai", "claude", "azure_openai"].every(isListed)).toBe(true);
  expect(["ollama", "lmstudio", "llamacpp", "vllm", "sglang", "demo", "__proto__"].some(isListed)).toBe(false);
});
