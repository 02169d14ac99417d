import { scenario } from "@massgen/core/testing";
import { describe, expect, it } from "vitest";
import { over } from "./claim.ts";
import { majorityOfDrafts, rightOf } from "./counting.ts";
import { mean } from "./interval.ts";
import { play } from "./play.ts";
import { ordinary, teamOf } from "./profile.ts";
import { draftOf } from "./question.ts";

const n = 1200;
const near = (values: readonly number[], truth: number): void => {
  const { value, high } = mean(values);
  expect(Math.abs(value - truth)).toBeLessThan(2 * (high - value) + 1e-9);
};
/** Independent agents: no hard questions, no shared mistakes, no common judgement. */
const independent = { spread: 0, rho: 0, herd: 0 };

describe("a simulated run", () => {
  it("of one agent of skill p is right p of the time, by one call", () => {
    const found = over("single", n, (question) => play(question, teamOf(1, { ...independent, skill: 0.6 })));
    near(
      found.map(({ leaders }) => rightOf(leaders)),
      0.6,
    );
    expect(new Set(found.map(({ calls }) => calls))).toEqual(new Set([1]));
  });

  it("of three that agree or else draw is right p^3 + 3p^2(1-p) of the time, and the rest by lot", () => {
    const p = 0.6;
    const found = over("three", n, (question) => {
      const team = teamOf(3, { ...independent, skill: p });
      return [...team].map(([name, profile]) => draftOf(question, name, profile));
    });
    const majority = p ** 3 + 3 * p ** 2 * (1 - p);
    near(
      found.map((drafts) => (drafts.filter(({ meaning }) => meaning === "right").length >= 2 ? 1 : 0)),
      majority,
    );
    // One right and two different mistakes, of eight: a third of the lots.
    const lot = 3 * p * (1 - p) ** 2 * (7 / 8);
    near(
      found.map((drafts) => rightOf(majorityOfDrafts(drafts, []))),
      majority + lot / 3,
    );
  });

  it("of blind voters is as good as one agent", () => {
    const blind = { ...independent, skill: 0.6, eye: 0.5, belief: 0.5 };
    near(
      over("blind", n, (question) => rightOf(play(question, teamOf(3, blind)).leaders)),
      0.6,
    );
  });

  it("makes 2K + 1 calls over prose, and as many as there are agents in agreement", () => {
    const [voted] = over("calls", 1, (question) => play(question, teamOf(4)));
    expect(voted).toMatchObject({ calls: 9, agreed: false });
    const [agreed] = over("calls", 1, (question) =>
      play(question, teamOf(4, { skill: 1, spread: 0 }), { short: true }),
    );
    expect(agreed).toMatchObject({ calls: 4, agreed: true });
    const [lazy] = over("calls", 1, (q) => play(q, teamOf(4, { skill: 1, spread: 0 }), { short: true, lazy: true }));
    expect(lazy?.calls).toBe(3);
  });

  it("is the same whenever it is played", () => {
    const [first, second] = [0, 1].map(() => over("again", 20, (question) => play(question, teamOf(5)).run.facts));
    expect(first).toEqual(second);
  });

  it("asks once more for a ballot that cannot be used, then counts an abstention", () => {
    const [played] = over("unusable", 1, (question) => play(question, teamOf(3, { unusable: 1 })));
    expect(played?.run.announced("vote-abstained")).toHaveLength(3);
    // No counted ballot: the drawn draft goes out as it is.
    expect(played).toMatchObject({ calls: 9 });
    expect(played?.leaders).toHaveLength(3);
  });

  it("holds the whole vote again after a revision", () => {
    const plan = { revision: "chosen", settings: { maxNewAnswersPerAgent: 2 } } as const;
    const [played] = over("revised", 1, (question) => play(question, teamOf(3, { revises: 1 }), plan));
    expect(played?.answers).toHaveLength(6);
    expect(played?.calls).toBe(3 + 3 + 3 + 1);
  });

  it("makes exactly those calls again that were out when its process died", () => {
    const [quiet] = over("crash", 1, (question) => play(question, teamOf(3)));
    const [crashed] = over("crash", 1, (question) => play(question, teamOf(3), { crashAt: 1 }));
    expect(crashed?.lost).toBe(2);
    expect(crashed?.calls).toBe((quiet?.calls ?? 0) + 2);
    expect(crashed?.winner).toEqual(quiet?.winner);
  });
});

describe("what is planted", () => {
  it("self-preference has no effect at all where nobody votes for itself", () => {
    const winners = (vanity: number): readonly string[] =>
      over("vain", 300, (question) => play(question, teamOf(3, { vanity })).winner.id);
    expect(winners(0.99)).toEqual(winners(0.5));
  });

  it("a preference for the first place favours nobody with balanced ballots, and the first of the team without", () => {
    const wins = (order: "rules" | "team"): number[] =>
      [...over("first", n, (question) => play(question, teamOf(3, { first: 0.8 }), { order }).winner.author)].map(
        (author) => (author === "a" ? 1 : 0),
      );
    near(wins("rules"), 1 / 3);
    expect(mean(wins("team")).low).toBeGreaterThan(0.5);
  });

  it("a liar cannot win an agreement of the honest, however persuasive", () => {
    const liar = { ...ordinary, skill: 0, spread: 0, rho: 0, charm: 0.999 };
    const honest = teamOf(3, { skill: 1, spread: 0 });
    const authors = over("liar", 100, (q) => play(q, new Map([...honest, ["a", liar]]), { short: true }).winner.author);
    expect(authors).not.toContain("a");
  });
});

it("2 of the 8 ways in which three can vote for one another are a cycle, and only these are tied", () => {
  const agents = ["a", "b", "c"];
  const others = (id: string): string[] => agents.filter((other) => other !== id);
  const outcomes = [0, 1, 2, 3, 4, 5, 6, 7].map((profile) => {
    const run = scenario({ agents, settings: { maxNewAnswersPerAgent: 1, earlyStop: false } });
    for (const id of agents) run.drafts(id, `The answer of ${id}.`);
    for (const [i, id] of agents.entries()) run.votes(id, others(id)[(profile >> i) & 1] ?? "");
    return run.state.decision?.outcome;
  });
  expect(outcomes.filter((outcome) => outcome === "tied")).toHaveLength(2);
});
