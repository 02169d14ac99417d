import { describe, expect, it } from "vitest";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";

/** A dollar for 10,000 tokens of a prompt, and for 1,000 of an answer. */
const price = { input: 100, output: 1000 };

function limited(maxUsd: number, options: Partial<ScenarioOptions> = {}): Scenario {
  const size = { promptTokens: 1000, outputTokens: 100 };
  return scenario({
    agents: ["a", "b", "c"],
    price,
    ...size,
    ...options,
    settings: { ...options.settings, budget: { maxUsd } },
  });
}

function drafts(run: Scenario, agentId: string, costUsd: number | null): void {
  const { callId } = run.order(agentId);
  const reply = { text: `${agentId} says`, toolCalls: [], finishReason: "stop" } as const;
  run.fact({ type: "draft-finished", callId, reply, usage: { inputTokens: 1, outputTokens: 1 }, costUsd, atMs: 0 });
}

describe("max_usd", () => {
  it("reserves prompt and output limit before each call: 20 cents here", () => {
    const run = limited(0.45);
    expect(run.order("a").reservedUsd).toBeCloseTo(0.2, 12);
    expect(run.live()).toEqual(["a draft", "b draft"]);
    expect(run.announced("agent-excluded")).toMatchObject([{ agentId: "c", why: "budget" }]);
  });

  it("reserves a fee for each call", () => {
    expect(limited(0.45, { price: { ...price, call: 0.2 } }).live()).toEqual(["a draft"]);
  });

  it("replaces what was reserved by what a call cost, more or less", () => {
    const cheap = limited(1, { agents: ["a", "b"] });
    for (const id of ["a", "b"]) drafts(cheap, id, 0.01);
    expect(cheap.live()).toEqual(["a ballot", "b ballot"]);
    const dear = limited(1, { agents: ["a", "b"] });
    for (const id of ["a", "b"]) drafts(dear, id, 0.49);
    expect(dear.live()).toEqual([]);
    expect(dear.result().receipt).toMatchObject({ outcome: "tied", reasons: ["budget"], costUsd: 0.98 });
  });

  it("keeps what was reserved for a call of unknown cost", () => {
    const run = limited(0.5, { agents: ["a", "b"] });
    for (const id of ["a", "b"]) drafts(run, id, null);
    expect(run.result().receipt).toMatchObject({ outcome: "tied", reasons: ["budget"], costComplete: false });
  });

  it("frees what was reserved for a call that a provider refused", () => {
    const run = limited(0.25, { agents: ["a", "b"], settings: { finalAnswer: "select" } });
    expect(run.live()).toEqual(["a draft"]);
    run.fails("a", { code: "rate-limited" });
    run.nowMs = 1000;
    run.fires("retry call-1");
    expect(run.live()).toEqual(["a draft"]);
  });

  it("limits answers that nothing limits: drafts share half of what is left", () => {
    const run = limited(12, { unlimited: true, promptTokens: 10 });
    const limits = ["a", "b", "c"].map((id) => run.order(id).budgetTokens);
    // A sixth of 12 dollars each: 2,000 tokens, less the prompt's.
    for (const limit of limits) expect(limit).toBeGreaterThanOrEqual(1997);
    for (const limit of limits) expect(limit).toBeLessThan(2000);
    expect(run.order("a").reservedUsd).toBeCloseTo(2, 2);
  });

  it("gives a lone agent all of it, up to a limit that models take", () => {
    expect(limited(12, { agents: ["a"], unlimited: true }).order("a").budgetTokens).toBe(11_899);
    expect(limited(1200, { agents: ["a"], unlimited: true }).order("a").budgetTokens).toBe(16_384);
    expect(limited(1200, { agents: ["a"], unlimited: true, contextTokens: 9000 }).order("a").budgetTokens).toBe(8000);
  });

  it("asks fewer agents rather than for answers too short to be of use", () => {
    const run = limited(1.3, { unlimited: true });
    expect(run.live()).toEqual(["a draft", "b draft"]);
    expect(run.order("a").budgetTokens).toBe(512);
  });

  it("goes by the price of the model that is called: a fallback has its own", () => {
    const dearer = { input: 200, output: 2000 };
    const run = limited(1, { agents: ["a", "b"], fallbacks: { a: { price: dearer } } });
    expect(run.order("a").reservedUsd).toBeCloseTo(0.2, 12);
    run.fails("a", { code: "not-found" });
    expect(run.order("a")).toMatchObject({ model: "fallback" });
    expect(run.order("a").reservedUsd).toBeCloseTo(0.4, 12);
    // Aborted, it may have cost its prompt by its own price.
    run.fires("reserve");
    expect(run.result().receipt.unreportedCostUsd).toBeCloseTo(0.2 + 0.1, 12);
    const short = limited(0.5, { agents: ["a", "b"], fallbacks: { a: { price: dearer } } });
    short.fails("a", { code: "not-found" });
    expect(short.live()).toEqual(["b draft"]);
    expect(short.state.degraded.has("budget")).toBe(true);
  });

  it("limits nothing where answers cost nothing, or nobody knows what they cost", () => {
    const free = limited(1, { price: { input: 0, output: 0 }, unlimited: true });
    expect(free.live()).toHaveLength(3);
    expect(free.order("a").budgetTokens).toBeUndefined();
    const unpriced = scenario({ agents: ["a"], unlimited: true });
    expect(unpriced.order("a")).not.toHaveProperty("budgetTokens");
    expect(unpriced.order("a")).not.toHaveProperty("reservedUsd");
  });
});
