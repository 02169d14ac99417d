import { describe, expect, it } from "vitest";
import { goldenRuns } from "../../../test/golden/golden-runs.ts";
import { present, vote } from "../../../test/golden/moves.ts";
import { readGolden } from "../../../test/golden/golden-log.ts";
import type { CoordinationOptions } from "../../coordination-options.ts";
import { type Scenario, type ScenarioOptions, scenario } from "../../testing/scenario.ts";
import { decideAgain, type Verdict } from "./decide-again.ts";

const request = { messages: [{ role: "user", content: "Why?" }] } as const;

function again(run: Scenario, coordination?: CoordinationOptions): Verdict {
  return decideAgain(run.state.setup, run.facts, request, coordination);
}

/** A vote of agents whose drafts are their names. */
function voting(agents: readonly string[], more: Partial<ScenarioOptions> = {}): Scenario {
  const run = scenario({ agents, delivery: "whole", ...more });
  for (const id of agents) run.drafts(id, `The answer of ${id}.`);
  return run;
}

describe("under the same rules", () => {
  it.each(Object.keys(goldenRuns))("a kept log comes to the same: %s", (name) => {
    const { setup, facts, result, calls } = readGolden(name);
    const verdict = decideAgain(setup, facts, request);
    const { winner, votes, rounds, reasons, outcome } = result?.receipt ?? {};
    expect(verdict).toMatchObject({ status: result?.status, outcome, votes, rounds, reasons, missing: [] });
    expect([verdict.winner, verdict.text]).toEqual([winner, result?.status === "answered" ? result.text : undefined]);
    expect(verdict.calls).toBe(result?.receipt.calls.made);
    expect([verdict.spent.usage, verdict.spent.costUsd]).toEqual([result?.receipt.usage, result?.receipt.costUsd]);
    expect(verdict.calls).toBeLessThanOrEqual(calls.length);
  });
});

describe("under other rules", () => {
  it("a vote for oneself, where that is not allowed, was never cast otherwise", () => {
    const run = voting(["a", "b", "c"], { settings: { selfVotes: "allow", maxNewAnswersPerAgent: 1 } });
    for (const id of ["a", "b"]) vote(run, id, "a");
    present(run);
    expect(again(run)).toMatchObject({ status: "answered", winner: "a", outcome: "unanimous" });
    // b's vote stands. That of a, who may choose b or c now, and that of c, which was called off, are not known.
    expect(again(run, { selfVotes: "exclude", maxNewAnswersPerAgent: 1 })).toMatchObject({
      status: "undetermined",
      votes: [{ voter: "b", choice: "a" }],
      missing: [
        { agentId: "a", phase: "ballot", round: 1, calledOff: false },
        { agentId: "c", phase: "ballot", round: 1, calledOff: true },
      ],
    });
  });

  it("ballots that nobody cast leave a winner certain whom they cannot change", () => {
    const run = voting(["a", "b", "c", "d"], { settings: { selfVotes: "exclude", maxNewAnswersPerAgent: 1 } });
    for (const id of ["b", "c", "d"]) vote(run, id, "a");
    present(run);
    const settings = { selfVotes: "exclude", maxNewAnswersPerAgent: 1, earlyStop: false } as const;
    const verdict = again(run, settings);
    expect(verdict).toMatchObject({
      status: "decided",
      winner: "a",
      missing: [{ agentId: "a", phase: "ballot", calledOff: true }],
    });
    // Its vote can only go to somebody else, so it would have been a majority whatever it said.
    expect(verdict.outcome).toBe("majority");
  });

  it("without a new final answer the winner's own text goes out; a new one was never written", () => {
    const run = voting(["a", "b", "c"]);
    for (const id of ["a", "c"]) vote(run, id, "b");
    present(run);
    expect(again(run, { finalAnswer: "select" })).toMatchObject({
      status: "answered",
      winner: "b",
      finalAnswer: "select",
      text: "The answer of b.",
    });
    const verbatim = voting(["a", "b", "c"], { settings: { finalAnswer: "select" } });
    for (const id of ["a", "c"]) vote(verbatim, id, "b");
    const verdict = again(verbatim, {});
    expect(verdict).toMatchObject({ status: "decided", winner: "b", finalAnswer: "synthesize" });
    expect(verdict.text).toBeUndefined();
    expect(verdict.missing).toEqual([{ agentId: "b", phase: "presentation", calledOff: false }]);
  });

  it("a lazy run that agreed is decided alike if all are called; those it never called are named", () => {
    const run = scenario({ agents: ["a", "b", "c", "d", "e"], lazyFrom: 3 });
    for (const id of ["e", "a", "d"]) run.drafts(id, "42");
    const verdict = again(run, { lazy: "off" });
    expect(verdict).toMatchObject({ status: "answered", outcome: "majority", text: "42", calls: 5 });
    expect(again(run)).toMatchObject({ calls: 3 });
  });

  it("a run that agreed has no ballots, so an exhaustive one is undetermined", () => {
    const run = scenario({ agents: ["a", "b", "c"] });
    for (const id of ["a", "b"]) run.drafts(id, "42");
    const verdict = again(run, { exhaustive: true });
    expect(verdict).toMatchObject({
      status: "undetermined",
      missing: [{ agentId: "c", phase: "draft", calledOff: true }],
    });
  });

  it("a late draft would have been dropped for a quorum, and an early stop would have spared a ballot", () => {
    const run = scenario({ agents: ["a", "b", "c"], delivery: "whole", settings: { earlyStop: false } });
    for (const [id, atMs] of [
      ["a", 1000],
      ["b", 2000],
      ["c", 60_000],
    ] as const) {
      run.nowMs = atMs;
      run.drafts(id, `The answer of ${id}.`);
    }
    for (const id of ["a", "b", "c"]) vote(run, id, id === "c" ? "a" : "c");
    present(run);
    expect(again(run)).toMatchObject({ winner: "c", outcome: "majority", calls: 7 });
    expect(again(run, { earlyStop: true })).toMatchObject({ status: "decided", winner: "c", outcome: "unanimous" });
    const quorum = again(run, { quorum: 2, stragglerGraceMs: 5000 });
    // The ballots would have had no answer of c, to whom they went.
    expect(quorum).toMatchObject({ status: "undetermined", reasons: ["straggler-dropped"] });
    expect(quorum.missing.map(({ agentId }) => agentId)).toEqual(["a", "b"]);
  });

  it("settings that do not suit the team are refused", () => {
    const run = voting(["a", "b", "c"]);
    expect(() => again(run, { quorum: 4, stragglerGraceMs: 1 })).toThrow(/quorum/);
  });
});
