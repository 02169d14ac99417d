import { describe, expect, it } from "vitest";
import type { Answer } from "./answer.ts";
import { borda, firstPlaces, majorityOfDrafts, pairwise, rightOf } from "./counting.ts";

const [a, b, c] = (["right", "wrong 1", "wrong 2"] as const).map((meaning, i): Answer => ({
  id: "abc"[i] as string,
  author: "abc"[i] as string,
  meaning,
  length: 0,
})) as [Answer, Answer, Answer];
const ids = (answers: readonly Answer[]): string[] => answers.map(({ id }) => id);

describe("counting", () => {
  it("tells the winners of a profile apart that the ways of counting are known to disagree on", () => {
    // 3 times a > b > c, 2 times b > c > a, 2 times c > b > a: a leads, b beats everybody in pairs.
    const voters = (n: number, ranking: readonly Answer[]): (readonly Answer[])[] =>
      Array.from({ length: n }, () => ranking);
    const rankings = [...voters(3, [a, b, c]), ...voters(2, [b, c, a]), ...voters(2, [c, b, a])];
    expect(ids(firstPlaces([a, b, c], rankings))).toEqual(["a"]);
    expect(ids(pairwise([a, b, c], rankings))).toEqual(["b"]);
    expect(ids(borda([a, b, c], rankings))).toEqual(["b"]);
  });

  it("leaves a cycle to the lot", () => {
    const cycle = [
      [a, b, c],
      [b, c, a],
      [c, a, b],
    ];
    for (const count of [firstPlaces, borda, pairwise]) expect(ids(count([a, b, c], cycle))).toEqual(["a", "b", "c"]);
    expect(rightOf([a, b, c])).toBeCloseTo(1 / 3);
  });

  it("equals first places where each voter reads the two answers of the others", () => {
    const rankings = [
      [b, c],
      [a, c],
      [b, a],
    ];
    expect(ids(borda([a, b, c], rankings))).toEqual(ids(firstPlaces([a, b, c], rankings)));
  });

  it("takes the majority of what drafts say, with the lot among meanings", () => {
    expect(ids(majorityOfDrafts([b, a, { ...a, id: "d" }], []))).toEqual(["a"]);
    expect(rightOf(majorityOfDrafts([a, b], []))).toBe(0.5);
    expect(rightOf(majorityOfDrafts([a, { ...a, id: "d" }, b, { ...b, id: "e" }, c], []))).toBe(0.5);
  });
});
