import type { RunEnd, RunFigures } from "@massgen/runs";
import { expect, test } from "vitest";
import { mostAgents, SumsFold } from "./sums.ts";

const figures: RunFigures = {
  costComplete: true,
  saved: { agreement: 0, earlyStop: 1, lazy: 0 },
  tokensPerCall: 100,
  agents: [
    { id: "ada", model: "m1", status: "completed", agreed: false, costUsd: 0.25 },
    { id: "bob", model: "m2", status: "completed", agreed: true },
    { id: "cyd", model: "m3", status: "failed", agreed: false },
  ],
  votes: [
    [3, 1],
    [3, 2],
  ],
};

const end: RunEnd = {
  endedAtMs: 0,
  outcome: "majority",
  degraded: false,
  calls: 5,
  tokens: 500,
  costUsd: 0.25,
  winner: "ada",
  figures,
};

const day = (text: string): number => Date.parse(text);

test("adds up runs by day and team, agents by model, votes by place", () => {
  const fold = new SumsFold();
  fold.add({ createdAtMs: day("2026-07-30T23:59:59Z"), team: "massgen", end });
  fold.add({ createdAtMs: day("2026-07-31T00:00:00Z"), team: "massgen", end });
  const agreed: RunFigures = {
    ...figures,
    costComplete: false,
    saved: { agreement: 4, earlyStop: 0, lazy: 1 },
    votes: [],
  };
  const { costUsd: _, ...unpriced } = end;
  const unanimous = { ...unpriced, outcome: "unanimous", degraded: true, winner: "bob", figures: agreed };
  fold.add({ createdAtMs: day("2026-07-31T12:00:00Z"), team: "massgen", end: unanimous });
  fold.add({ createdAtMs: day("2026-07-31T12:00:00Z"), team: "massgen" });
  fold.add({ createdAtMs: day("2026-07-31T12:00:00Z"), team: "massgen/fast" });
  const { runs, days, agents, positions } = fold.sums();
  expect(runs).toBe(5);
  expect(days.map((one) => `${one.day} ${one.team}: ${one.runs}`)).toEqual([
    "2026-07-31 massgen: 3",
    "2026-07-31 massgen/fast: 1",
    "2026-07-30 massgen: 1",
  ]);
  expect(days[0]).toEqual({
    day: "2026-07-31",
    team: "massgen",
    runs: 3,
    outcomes: { majority: 1, unanimous: 1 },
    degraded: 1,
    calls: 10,
    tokens: 1000,
    cost_usd: 0.25,
    cost_complete: false,
    saved: {
      agreement: { calls: 4, tokens: 400 },
      early_stop: { calls: 1, tokens: 100 },
      lazy: { calls: 1, tokens: 100 },
    },
  });
  expect(agents).toEqual([
    expect.objectContaining({ agent: "ada", model: "m1", runs: 3, won: 2, agreed: 0, failed: 0, cost_usd: 0.75 }),
    expect.objectContaining({ agent: "bob", runs: 3, won: 1, agreed: 3, cost_usd: null }),
    expect.objectContaining({ agent: "cyd", runs: 3, won: 0, failed: 3, too_slow: 0, not_needed: 0 }),
  ]);
  expect(positions).toEqual([
    { candidates: 3, position: 1, votes: 2 },
    { candidates: 3, position: 2, votes: 2 },
  ]);
});

test("a run of an earlier version counts as far as it is known", () => {
  const fold = new SumsFold();
  const { figures: _, costUsd: __, ...bare } = end;
  fold.add({ createdAtMs: 0, team: "massgen", end: bare });
  expect(fold.sums()).toMatchObject({
    runs: 1,
    days: [{ outcomes: { majority: 1 }, tokens: 500, cost_usd: null, cost_complete: false }],
    agents: [],
    positions: [],
  });
});

test("names that clients make up do not make the answer longer without end, nor mix up", () => {
  const fold = new SumsFold();
  const runOf = (agents: RunFigures["agents"]) =>
    fold.add({
      createdAtMs: 0,
      team: "__proto__",
      end: { ...end, outcome: "__proto__", figures: { ...figures, agents } },
    });
  const agent = (id: string, model: string) => ({ id, model, status: "completed", agreed: false }) as const;
  for (let n = 0; n < mostAgents + 50; n += 1) runOf([agent("agent_1", `model-${n}`)]);
  runOf([agent("agent_1", "model-7")]);
  const { agents, days } = fold.sums();
  expect(agents).toHaveLength(mostAgents);
  expect(agents[0]).toMatchObject({ model: "model-7", runs: 2 });
  expect(Object.entries(days[0]?.outcomes ?? {})).toEqual([["__proto__", mostAgents + 51]]);
});
