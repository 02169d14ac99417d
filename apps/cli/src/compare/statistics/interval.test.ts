import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairedDifference, quantile, wilson } from "./interval.ts";
import { seededRandom, shuffled } from "./seeded-random.ts";

describe("Wilson's interval", () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is %f to %f, as published", (right, asked, low, high) => {
    const interval = wilson(right, asked);
    expect([interval?.low.toFixed(4), interval?.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
  });

  it("holds the share, lies in 0 to 1, and mirrors", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (asked, share) => {
        const { low = NaN, high = NaN } = wilson(share * asked, asked) ?? {};
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(share + 1e-9);
        expect(high).toBeGreaterThanOrEqual(share - 1e-9);
        const mirrored = wilson(asked - share * asked, asked);
        expect(mirrored?.low).toBeCloseTo(1 - high, 9);
      }),
    );
  });

  it("is not there for no items", () => expect(wilson(0, 0)).toBeUndefined());
});

describe("a paired difference", () => {
  it("has the same interval for the same seed, and about the one of the normal distribution", () => {
    // 100 items: 30 better, 10 worse. The mean is 0.2, its standard error sqrt((0.4 - 0.04) / 100) = 0.06.
    const differences = Array.from({ length: 100 }, (_, at) => (at < 30 ? 1 : at < 40 ? -1 : 0));
    const result = pairedDifference(differences, "seed");
    expect(result).toEqual(pairedDifference(differences, "seed"));
    expect(result?.mean).toBeCloseTo(0.2, 12);
    expect(Math.abs((result?.low ?? 0) - (0.2 - 1.96 * 0.06))).toBeLessThan(0.015);
    expect(Math.abs((result?.high ?? 0) - (0.2 + 1.96 * 0.06))).toBeLessThan(0.015);
    expect(pairedDifference(differences, "another")?.mean).toBeCloseTo(0.2, 12);
  });

  it("is certain where all items differ alike", () => {
    expect(pairedDifference([1, 1, 1], "s")).toEqual({ mean: 1, low: 1, high: 1 });
    expect(pairedDifference([], "s")).toBeUndefined();
  });

  it("holds its mean", () => {
    const values = fc.array(fc.constantFrom(-1, -0.5, 0, 0.5, 1), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.string(), (differences, seed) => {
        const { mean = NaN, low = NaN, high = NaN } = pairedDifference(differences, seed) ?? {};
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
        expect(low).toBeGreaterThanOrEqual(Math.min(...differences) - 1e-9);
      }),
      { numRuns: 30 },
    );
  });
});

it("a quantile is the nearest rank", () => {
  // The example of the usual definition: 15, 20, 35, 40, 50.
  const values = [15, 20, 35, 40, 50];
  expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => quantile(values, share))).toEqual([15, 20, 20, 35, 50]);
  expect(quantile([], 0.5)).toBeUndefined();
});

it("draws are even, differ by seed, and shuffling loses nothing", () => {
  const random = seededRandom("a");
  const counts = [0, 0, 0, 0];
  for (let at = 0; at < 40_000; at++) {
    const place = Math.floor(random() * 4);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  expect(seededRandom("a")()).not.toBe(seededRandom("b")());
  const items = Array.from({ length: 50 }, (_, at) => at);
  const drawn = shuffled(items, seededRandom("c"));
  expect(drawn).not.toEqual(items);
  expect(drawn.toSorted((a, b) => a - b)).toEqual(items);
});
