import { expect, test } from "vitest";
import { meansOf, quantile, seededNumbers, slope } from "./figures.ts";

test("a quantile is a value that was there", () => {
  expect([0, 0.5, 0.99, 1].map((part) => quantile([3, 1, 2, 4], part))).toEqual([1, 3, 4, 4]);
});

test("a slope is found beneath noise, and none where there is only noise", () => {
  const noise = seededNumbers(7);
  const points = (perX: number): [number, number][] =>
    Array.from({ length: 100 }, (_, x) => [x, perX * x + 100 * noise()]);
  const steep = slope(points(5));
  expect(Math.abs(steep.perX - 5)).toBeLessThan(3 * steep.error);
  expect(steep.perX).toBeGreaterThan(2 * steep.error);
  const flat = slope(points(0));
  expect(Math.abs(flat.perX)).toBeLessThan(3 * flat.error);
});

test("means of stretches, the last one shorter", () => {
  const points: [number, number][] = [0, 1, 2, 3, 4].map((x) => [x, 10 * x]);
  expect(meansOf(points, 3)).toEqual([
    [0.5, 5],
    [2.5, 25],
    [4, 40],
  ]);
});
