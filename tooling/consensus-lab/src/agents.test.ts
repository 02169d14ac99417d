import { describe, expect, it } from "vitest";
import type { Answer } from "./answer.ts";
import { mean } from "./interval.ts";
import { type Profile, ordinary } from "./profile.ts";
import { draftOf, questionOf } from "./question.ts";
import { rank } from "./ranking.ts";

const n = 3000;
const rate = (hit: (i: number) => boolean): number => mean(Array.from({ length: n }, (_, i) => (hit(i) ? 1 : 0))).value;
/** Four standard errors. */
const near = (found: number, truth: number): void =>
  expect(Math.abs(found - truth)).toBeLessThan(4 * Math.sqrt((truth * (1 - truth)) / n) + 1e-9);

const right: Answer = { id: "x", author: "x", meaning: "right", length: 0 };
const wrong: Answer = { id: "y", author: "y", meaning: "wrong 3", length: 0 };

/** How often a voter puts `right` before `wrong`. */
function prefers(profile: Partial<Profile>, { own, charm = 0.5, swapped = false, longer = 0 } = {} as Shown): number {
  return rate((i) => {
    const listed = [{ ...right, length: longer }, wrong].map((answer, place) => ({
      answer,
      position: swapped ? 1 - place : place,
    }));
    const voter = { name: "v", profile: { ...ordinary, eye: 0.5, belief: 0.5, ...profile }, ...(own && { own }) };
    return (
      rank(questionOf("prefers", i), voter, listed, (author) => (author === "y" ? charm : 0.5), "r")[0]?.id === "x"
    );
  });
}

interface Shown {
  readonly own?: Answer;
  readonly charm?: number;
  readonly swapped?: boolean;
  readonly longer?: number;
}

describe("a scripted agent", () => {
  it("of skill p is right p of the time, more on easy questions than on hard ones", () => {
    const profile = { ...ordinary, skill: 0.6, spread: 0.2 };
    near(
      rate((i) => draftOf(questionOf("skill", i), "a", profile).meaning === "right"),
      0.6,
    );
    const all = Array.from({ length: n }, (_, i) => questionOf("skill", i));
    for (const hard of [true, false]) {
      const some = all.filter((question) => question.hard === hard);
      const found = some.filter((question) => draftOf(question, "a", profile).meaning === "right").length / some.length;
      expect(Math.abs(found - (hard ? 0.4 : 0.8))).toBeLessThan(0.06);
    }
  });

  it("makes the shared mistake rho of the times that it errs", () => {
    const wrong = Array.from({ length: n }, (_, i) =>
      draftOf(questionOf("rho", i), "a", { ...ordinary, skill: 0, spread: 0, rho: 0.3 }),
    );
    near(wrong.filter(({ meaning }) => meaning === "wrong 0").length / n, 0.3);
    expect(new Set(wrong.map(({ meaning }) => meaning)).size).toBe(9);
  });

  it("errs together with another no more than rho and difficulty say", () => {
    const profile = { ...ordinary, skill: 0.5, spread: 0, rho: 0 };
    near(
      rate((i) => ["a", "b"].every((name) => draftOf(questionOf("both", i), name, profile).meaning === "right")),
      0.25,
    );
  });

  it("prefers of two answers what its profile says, as often as it says", () => {
    near(prefers({}), 0.5);
    near(prefers({ eye: 0.8 }), 0.8);
    near(prefers({ belief: 0.7 }, { own: { ...wrong, id: "v", author: "v" } }), 0.3);
    near(prefers({}, { charm: 0.9 }), 0.1);
    near(prefers({ first: 0.7 }), 0.7);
    near(prefers({ first: 0.7 }, { swapped: true }), 0.3);
    near(prefers({ long: 0.6 }, { longer: 1 }), 0.6);
    near(prefers({ vanity: 0.9 }, { own: right }), 0.5);
  });

  it("judges as the herd does, as often as its profile says", () => {
    const votes = (herd: number): number =>
      rate((i) => {
        const [a, b] = ["v", "w"].map((name) => {
          const listed = [right, wrong].map((answer, position) => ({ answer, position }));
          const profile = { ...ordinary, eye: 0.5, belief: 0.5, herd };
          return rank(questionOf("herd", i), { name, profile }, listed, () => 0.5, "r")[0]?.id;
        });
        return a === b;
      });
    near(votes(0), 0.5);
    expect(votes(1)).toBe(1);
    near(votes(0.5), 0.5 + 0.5 * 0.25);
  });
});
