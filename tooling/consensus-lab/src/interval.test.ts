import { describe, expect, it } from "vitest";
import { difference, isClear, mean, share } from "./interval.ts";
import { Random } from "./random.ts";

describe("a share", () => {
  it("has the interval that Wilson gives", () => {
    const { value, low, high } = share(8, 10);
    expect(value).toBe(0.8);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
  });

  it("is not certain after ten of ten, and nothing is known of none", () => {
    expect(share(10, 10)).toMatchObject({ value: 1 });
    expect(share(10, 10).low).toBeCloseTo(0.7225, 4);
    expect(share(0, 0)).toMatchObject({ low: 0, high: 1 });
  });

  it("holds the truth in about 95 % of the samples", () => {
    let held = 0;
    for (let sample = 0; sample < 2000; sample++) {
      const random = new Random(`coverage ${sample}`);
      let hits = 0;
      for (let i = 0; i < 100; i++) if (random.chance(0.3)) hits++;
      const { low, high } = share(hits, 100);
      if (low <= 0.3 && high >= 0.3) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.93);
    expect(held / 2000).toBeLessThan(0.97);
  });
});

describe("a mean", () => {
  it("has the interval of the normal distribution", () => {
    const { value, low, high } = mean([1, 2, 3, 4, 5]);
    expect(value).toBe(3);
    expect(high - value).toBeCloseTo((1.959964 * Math.sqrt(2.5)) / Math.sqrt(5), 6);
    expect(value - low).toBeCloseTo(high - value, 9);
  });

  it("of differences is taken pair by pair", () => {
    expect(difference([2, 3, 4], [1, 2, 3])).toEqual({ value: 1, low: 1, high: 1 });
    expect(isClear(difference([2, 3, 4], [1, 2, 3]))).toBe(true);
    expect(isClear(difference([1, 0, 1, 0], [0, 1, 0, 1]))).toBe(false);
  });
});
