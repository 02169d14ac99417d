import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draw, pick, shuffle } from "./seeded.ts";

describe("draws", () => {
  it("are the same for the same seed and purpose, and differ otherwise", () => {
    expect(draw("run_1", "tie")).toBe(draw("run_1", "tie"));
    expect(draw("run_1", "tie")).not.toBe(draw("run_2", "tie"));
    expect(draw("run_1", "tie")).not.toBe(draw("run_1", "agreement"));
  });

  it("stay in [0, 1) for any seed", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (seed, purpose) => {
        const number = draw(seed, purpose);
        return number >= 0 && number < 1;
      }),
    );
  });

  it("favour nobody: over many seeds everyone is picked about equally often", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 3000; i++) {
      const picked = pick(["a", "b", "c"], `run_${i}`, "tie");
      counts.set(picked, (counts.get(picked) ?? 0) + 1);
    }
    for (const id of ["a", "b", "c"]) expect(Math.abs((counts.get(id) ?? 0) - 1000)).toBeLessThan(150);
  });

  it("put everyone in every place about equally often", () => {
    const firsts = Array.from({ length: 3000 }, (_, i) => shuffle(["a", "b", "c"], `run_${i}`, "order").join(""));
    for (const order of ["abc", "acb", "bac", "bca", "cab", "cba"])
      expect(Math.abs(firsts.filter((drawn) => drawn === order).length - 500)).toBeLessThan(120);
  });

  it("shuffle without losing or doubling anything, and without touching the list", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
        const before = [...items];
        const shuffled = shuffle(items, seed, "order");
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(before.toSorted((a, b) => a - b));
        expect(items).toEqual(before);
      }),
    );
  });
});
