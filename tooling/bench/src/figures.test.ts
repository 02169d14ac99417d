import { expect, test } from "vitest";
import { quantile } from "./figures.ts";

test("a quantile is a value that was there", () => {
  expect([0, 0.5, 0.99, 1].map((part) => quantile([3, 1, 2, 4], part))).toEqual([1, 3, 4, 4]);
});
