// The example and the lists in docs/costs.md, by the prices that a registry has.
import { createRegistry } from "@massgen/providers";
import { expect, it } from "vitest";
import { readPage } from "./printed-page.ts";

const page = readPage("docs/costs.md");
const env = { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k", GEMINI_API_KEY: "k" };
const types = new Map([
  ["gpt-4o", "openai"],
  ["claude-sonnet-4-5", "claude"],
  ["gemini-2.5-flash", "gemini"],
]);

const figure = (text = ""): number => Number(/[\d,.]*\d/.exec(text)?.[0].replaceAll(",", ""));

it("the example comes to what the prices come to, call by call and in sum", async () => {
  const { createModel, prices } = createRegistry({ env });
  const models = new Map([...types].map(([model, type]) => [model, createModel({ type, model, options: {} })]));
  await prices.load();
  const rows = page.split("\n").filter((line) => /^\| (draft|ballot|final answer), /.test(line));
  const costs = rows.map((row) => {
    const [, call = "", prompt = "", answer = "", dollars] = row.split(" | ").join("|").split("|");
    const model = models.get(/`(.*)`/.exec(call)?.[1] ?? "");
    if (model === undefined) throw new RangeError(`no model in ${row}`);
    const cachedInputTokens = figure(/([\d,]+) of them from the cache/.exec(prompt)?.[1] ?? "0");
    const usage = { inputTokens: figure(prompt), outputTokens: figure(answer), cachedInputTokens, cacheWriteTokens: 0 };
    const cost = prices.price({ model, usage: { ...usage, reasoningTokens: 0 }, endedAt: Date.now() });
    expect([row, cost?.toFixed(5)]).toEqual([row, dollars?.trim().replace(/ \|$/, "")]);
    return cost ?? NaN;
  });
  expect(costs).toHaveLength(7);
  const sum = figure(/\| the run \| \| \| (.*) \|/.exec(page)?.[1]);
  expect(costs.reduce((total, cost) => total + cost, 0)).toBeCloseTo(sum, 9);
});

it("names types that there are", () => {
  const [sentence = ""] = /A model of `openai`.* has its public price/.exec(page) ?? [];
  const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, type]) => type);
  expect(named.length).toBeGreaterThan(10);
  expect(createRegistry({ env }).types()).toEqual(expect.arrayContaining(named));
});
