import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excludesOwn, orderFor } from "./ballot-order.ts";
import type { Candidate } from "./candidate.ts";

function answerOf(agentId: string, version = 1): Candidate {
  const id = version === 1 ? agentId : `${agentId}@${version}`;
  return { id, agentId, version, text: `${id} says`, toolCalls: [], cut: false };
}

const team = (size: number): string[] => Array.from({ length: size }, (_, i) => `member-${i}`);

const sizes = fc.integer({ min: 2, max: 7 });

describe("the order of a ballot", () => {
  it("lets every candidate take every position equally often, when every author votes", () => {
    fc.assert(
      fc.property(sizes, fc.string(), (size, seed) => {
        const ids = team(size);
        const candidates = ids.map((id) => answerOf(id));
        const orders = ids.map((id, place) => orderFor(id, place, candidates, seed, "round 1").map(({ id }) => id));
        for (let position = 0; position < size; position++)
          expect(new Set(orders.map((order) => order[position])).size).toBe(size);
      }),
    );
  });

  it("stays balanced when a voter's own answer is left off: it stands last on its author's list", () => {
    fc.assert(
      fc.property(sizes, fc.string(), (size, seed) => {
        const ids = team(size);
        const candidates = ids.map((id) => answerOf(id));
        const orders = ids.map((id, place) => orderFor(id, place, candidates, seed, "round 1").map(({ id }) => id));
        expect(orders.map((order) => order.at(-1))).toEqual(ids);
      }),
    );
  });

  it("holds each candidate once, whoever reads and whoever wrote", () => {
    fc.assert(
      fc.property(sizes, fc.nat(6), fc.string(), (size, place, seed) => {
        const candidates = [...team(size).map((id) => answerOf(id)), answerOf("member-0", 2)];
        const order = orderFor(`member-${place}`, place, candidates, seed, "round 2");
        expect(order.map(({ id }) => id).toSorted()).toEqual(candidates.map(({ id }) => id).toSorted());
      }),
    );
  });

  it("is drawn afresh for each round", () => {
    const candidates = team(5).map((id) => answerOf(id));
    const rounds = [1, 2, 3].map((round) =>
      orderFor("member-0", 0, candidates, "seed", `round ${round}`)
        .map(({ id }) => id)
        .join(),
    );
    expect(new Set(rounds).size).toBe(3);
  });

  it("differs from run to run", () => {
    const candidates = team(4).map((id) => answerOf(id));
    const firsts = Array.from({ length: 60 }, (_, i) => orderFor("guest", 0, candidates, `run_${i}`, "round 1")[0]?.id);
    expect(new Set(firsts).size).toBe(4);
  });
});

describe("self-votes", () => {
  const authors = (n: number): Candidate[] => team(n).map((id) => answerOf(id));

  it("auto: allowed with two authors, left out with three or more", () => {
    expect(excludesOwn("auto", authors(2))).toBe(false);
    expect(excludesOwn("auto", authors(3))).toBe(true);
  });

  it("auto counts authors, not answers", () => {
    expect(excludesOwn("auto", [...authors(2), answerOf("member-0", 2)])).toBe(false);
  });

  it("allow and exclude hold for any number", () => {
    expect(excludesOwn("allow", authors(5))).toBe(false);
    expect(excludesOwn("exclude", authors(2))).toBe(true);
  });
});
