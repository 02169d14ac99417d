import fc from "fast-check";
import { expect, it } from "vitest";
import type { CoordinationOptions } from "../../coordination-options.ts";
import { type Scenario, scenario } from "../../testing/scenario.ts";
import { decideAgain } from "./decide-again.ts";

const request = { messages: [{ role: "user", content: "Why?" }] } as const;

const settingsArbitrary = fc.record({
  selfVotes: fc.constantFrom("auto", "allow", "exclude"),
  earlyStop: fc.boolean(),
  exhaustive: fc.boolean(),
  maxNewAnswersPerAgent: fc.constantFrom(1, 2),
  finalAnswer: fc.constantFrom("auto", "select", "synthesize"),
} as const);

const runArbitrary = fc
  .record({
    size: fc.integer({ min: 1, max: 5 }),
    settings: settingsArbitrary,
    lazyFrom: fc.option(fc.nat(4), { nil: undefined }),
    moves: fc.array(fc.record({ who: fc.nat(9), what: fc.nat(19), ms: fc.nat(900) }), { minLength: 60, maxLength: 60 }),
  })
  .map(({ size, settings, lazyFrom, moves }) => {
    const agents = ["a", "b", "c", "d", "e"].slice(0, size);
    const lazy = lazyFrom !== undefined && size > 2 && !settings.exhaustive;
    const run = scenario({ agents, settings, delivery: "whole", ...(lazy && { lazyFrom: lazyFrom % size }) });
    for (const { who, what, ms } of moves) {
      const live = run.live();
      const next = live[who % Math.max(live.length, 1)];
      if (next === undefined) break;
      run.nowMs += ms;
      move(run, next, what);
    }
    return run;
  });

/** What a call comes to: mostly an answer or a vote. */
function move(run: Scenario, live: string, what: number): void {
  const [agentId = "", phase] = live.split(" ");
  const { purpose } = run.order(agentId);
  if (what === 0) run.fails(agentId);
  else if (phase === "draft") run.drafts(agentId, `Answer ${what % 4}.`);
  else if (phase === "presentation") run.presents(agentId, "The final answer.");
  else if (purpose.phase === "ballot" && purpose.revisable && what < 4) run.revises(agentId, `New ${what}.`);
  else if (what === 19) run.ballots(agentId, { kind: "unusable", problem: "no vote" });
  else if (purpose.phase === "ballot") {
    run.votes(agentId, purpose.candidates[what % purpose.candidates.length]?.id ?? "");
  }
}

it("the same rules decide the same, whatever was said, and when", () => {
  fc.assert(
    fc.property(runArbitrary, (run) => {
      const result = run.result();
      const { outcome, winner, votes, rounds, reasons, calls, elapsedMs } = result.receipt;
      const verdict = decideAgain(run.state.setup, run.facts, request);
      expect(verdict).toMatchObject({ status: result.status, outcome, votes, rounds, reasons, missing: [] });
      expect([verdict.winner, verdict.calls, verdict.spent.elapsedMs]).toEqual([winner, calls.made, elapsedMs]);
    }),
  );
});

it("other rules give a verdict, and one without a decision says what it lacks", () => {
  fc.assert(
    fc.property(runArbitrary, settingsArbitrary, (run, settings: CoordinationOptions) => {
      const { status, missing, candidate, winner } = decideAgain(run.state.setup, run.facts, request, settings);
      if (status === "undetermined") expect(missing.length).toBeGreaterThan(0);
      if (status === "decided" || status === "answered") expect(candidate?.split("@")[0]).toBe(winner);
    }),
  );
});
