import { expect, test } from "vitest";
import { quantile, ratioInterval } from "./figures.ts";

test("a quantile is a value that was there", () => {
  expect([0, 0.5, 0.99, 1].map((part) => quantile([3, 1, 2, 4], part))).toEqual([1, 3, 4, 4]);
});

test("the interval of a ratio lies around its geometric mean, and is wider where pairs differ", () => {
  expect(
    ratioInterval([
      [1, 2],
      [10, 20],
      [3, 6],
    ]),
  ).toEqual([2, 2, 2].map((n) => expect.closeTo(n, 10)));
  // The logarithms are 0 and ln 4: mean ln 2, standard error ln 2, 12.706 of which on either side.
  const [low, ratio, high] = ratioInterval([
    [5, 5],
    [5, 20],
  ]);
  expect(ratio).toBeCloseTo(2, 10);
  expect(Math.log(high / ratio)).toBeCloseTo(12.706 * Math.LN2, 10);
  expect(low * high).toBeCloseTo(4, 10);
});
