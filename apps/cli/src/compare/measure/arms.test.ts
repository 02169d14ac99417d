import fc from "fast-check";
import { expect, it } from "vitest";
import type { Grade } from "../graders/grade.ts";
import { armsOf, halves } from "./arms.ts";
import type { GradedItem } from "./graded-run.ts";
import { nothing } from "./amounts.ts";

const grade = (score: number): Grade => ({ score, sameAs: score === 1 ? "right" : `wrong: ${score}` });
const ids = ["a", "b"];

/** Questions of which each names who is right; the team is right where a is. */
function itemsOf(right: readonly string[]): readonly GradedItem[] {
  return right.map((who, at) => ({
    id: String(at),
    runs: [
      {
        account: {
          outcome: "majority",
          rewritten: false,
          drafts: ids.map((agentId) => ({ agentId, text: "", amounts: { calls: 1, tokens: 10, usd: 1, ms: 5 } })),
          votes: [],
          team: nothing,
          select: nothing,
          resumed: false,
          undetermined: false,
        },
        team: grade(who.includes("a") ? 1 : 0),
        drafts: new Map(ids.map((id) => [id, grade(who.includes(id) ? 1 : 0)])),
      },
    ],
  }));
}

const scoresOf = (items: readonly GradedItem[], kind: string, seed = "s") =>
  armsOf(items, ids, seed)
    .find((arm) => arm.kind === kind)
    ?.cells.map(({ score }) => score) ?? [];

it("the best member is the one that was best on the other half", () => {
  const inHalf = halves(8, "s");
  // In the first half a is right, in the other one b: the best member of the other half is always wrong.
  const items = itemsOf(inHalf.map((half) => (half === 0 ? "a" : "b")));
  expect(scoresOf(items, "best-member")).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(scoresOf(items, "oracle")).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  // Where both were as good, it is the mean of both.
  expect(scoresOf(itemsOf(["a", "a", "b", "b"].flatMap((who) => [who, who])), "majority")).toEqual(Array(8).fill(0.5));
});

it("halves differ by one question at most, by the seed alone", () => {
  fc.assert(
    fc.property(fc.nat(60), fc.string(), (count, seed) => {
      const first = halves(count, seed).filter((half) => half === 0).length;
      expect(Math.abs(count - 2 * first)).toBeLessThanOrEqual(1);
      expect(halves(count, seed)).toEqual(halves(count, seed));
    }),
  );
});

it("no arm that only chooses is above the oracle, nor below what all drafts allow", () => {
  const items = fc.array(fc.constantFrom("", "a", "b", "ab"), { minLength: 1, maxLength: 12 }).map(itemsOf);
  fc.assert(
    fc.property(items, fc.string(), (all, seed) => {
      const oracle = scoresOf(all, "oracle", seed);
      for (const kind of ["best-member", "majority", "member"])
        for (const [at, score] of scoresOf(all, kind, seed).entries())
          expect(score).toBeLessThanOrEqual(oracle[at] ?? 0);
    }),
  );
});
