import { expect, it } from "vitest";
import type { Grade } from "../graders/grade.ts";
import { majorityScore } from "./majority.ts";

const right: Grade = { score: 1, sameAs: "right" };
const wrong = (what: string): Grade => ({ score: 0, sameAs: `wrong: ${what}` });
const silent: Grade = { score: 0, sameAs: undefined };

it.each<readonly [string, readonly (Grade | undefined)[], number | undefined]>([
  ["the most frequent one counts", [right, right, wrong("2")], 1],
  ["also where it is wrong", [right, wrong("2"), wrong("2")], 0],
  ["a lot decides a tie", [right, right, wrong("2"), wrong("2"), wrong("3")], 1 / 2],
  ["among three", [right, wrong("2"), wrong("3")], 1 / 3],
  ["who is silent has no vote", [right, silent, silent], 1],
  ["all silent", [silent, silent], 0],
  ["who failed has none either", [undefined, right, undefined], 1],
  ["nobody answered", [undefined, undefined], undefined],
])("%s", (_, grades, score) => {
  if (score === undefined) expect(majorityScore(grades)).toBeUndefined();
  else expect(majorityScore(grades)).toBeCloseTo(score, 12);
});
