import { expect, test } from "vitest";
import { ConfigError, issueText } from "./config-error.ts";
import { loadConfig } from "./load-config.ts";

const options = { path: "c.yaml", env: { OUT: "10" } };
const fileOf = (price: string): string => `agent: { backend: { type: openai, model: m, price: ${price} } }`;

function problemOf(source: string): string {
  try {
    loadConfig(source, options);
    return "none";
  } catch (error) {
    if (!ConfigError.isInstance(error)) throw error;
    return error.issues.map((issue) => issueText("c.yaml", issue)).join("\n");
  }
}

test("a price is read in dollars for a million tokens, and not sent", () => {
  const { backend } = loadConfig(fileOf("{ input: 2.5, output: '${OUT}', cached_input: 0, cache_write: }"), options)
    .config.agents[0] ?? { backend: undefined };
  expect(backend?.price).toEqual({ input: 2.5, output: 10, cachedInput: 0 });
  expect(backend?.options).toEqual({});
  expect(loadConfig(fileOf(""), options).config.agents[0]?.backend).not.toHaveProperty("price");
});

test.each([
  ["{ input: 1 }", "agent.backend.price.output: is missing; it must be a number of dollars for a million tokens"],
  ["{ input: -1, output: 1 }", "agent.backend.price.input: must be a number of dollars for a million tokens, from 0"],
  ["{ input: 1, output: 2000000 }", "agent.backend.price.output: must be a number of dollars"],
  ["{ input: 1, output: 1, cached: 1 }", "agent.backend.price.cached: unknown key; "],
  ["5", "agent.backend.price: must be a mapping of `input` and `output`, in dollars for a million tokens"],
])("%s is no price", (price, problem) => {
  expect(problemOf(fileOf(price))).toContain(problem);
});

test("a run may be limited in dollars", () => {
  const limited = (usd: string): string =>
    `agent: { backend: { type: demo } }\norchestrator: { budget: { max_usd: ${usd} } }`;
  expect(loadConfig(limited("0.25"), options).config.coordination.budget).toEqual({ maxUsd: 0.25 });
  for (const usd of ["0", "-1", ".inf", ".nan", "1e9", "a"]) {
    expect(problemOf(limited(usd))).toContain("orchestrator.budget.max_usd: must be a number of dollars, more than 0");
  }
});
