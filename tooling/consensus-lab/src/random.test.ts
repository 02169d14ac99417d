import { describe, expect, it } from "vitest";
import { mean } from "./interval.ts";
import { Random } from "./random.ts";

const drawn = (n: number, value: (random: Random) => number): number[] =>
  Array.from({ length: n }, (_, i) => value(new Random(`test ${i}`)));

describe("random numbers", () => {
  it("depend on their name alone", () => {
    const [a, b, c] = ["x", "x", "y"].map((name) => new Random(name));
    const [first, second] = [a?.next(), b?.next()];
    expect(first).toBe(second);
    expect(a?.next()).toBe(b?.next());
    expect(c?.next()).not.toBe(first);
  });

  it("fill [0, 1) evenly, from name to name and within one", () => {
    const one = new Random("one");
    for (const values of [drawn(20_000, (random) => random.next()), drawn(20_000, () => one.next())]) {
      const tenths = Array.from({ length: 10 }, () => 0);
      for (const value of values) tenths[Math.floor(10 * value)]! += 1;
      for (const tenth of tenths) expect(Math.abs(tenth - 2000)).toBeLessThan(200);
    }
  });

  it("are not related between names that differ little", () => {
    const products = drawn(20_000, () => 0).map(
      (_, i) => (new Random(`q ${i} a`).next() - 0.5) * (new Random(`q ${i} b`).next() - 0.5),
    );
    expect(Math.abs(mean(products).value)).toBeLessThan(0.003);
  });

  it("have the mean and spread of their distributions", () => {
    const normal = mean(drawn(20_000, (random) => random.normal()));
    expect(Math.abs(normal.value)).toBeLessThan(0.03);
    expect((normal.high - normal.low) / 2).toBeCloseTo(1.96 / Math.sqrt(20_000), 3);
    expect(mean(drawn(20_000, (random) => random.gumbel())).value).toBeCloseTo(0.577, 1);
  });
});
