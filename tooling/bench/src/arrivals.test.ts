import { expect, test } from "vitest";
import { openLoop } from "./arrivals.ts";

test("everyone starts, though nobody has ended; who fails is told of", async () => {
  const last = Promise.withResolvers<void>();
  const dueTimes: number[] = [];
  const { results, failures, peak } = await openLoop({ perSecond: 1000, count: 20 }, async (n, dueAt) => {
    dueTimes.push(dueAt);
    if (n === 19) last.resolve();
    await last.promise;
    if (n === 3) throw new Error("the fourth");
    return n;
  });
  expect(peak).toBe(20);
  expect(results.toSorted((a, b) => a - b)).toEqual([0, 1, 2, ...Array.from({ length: 16 }, (_, n) => n + 4)]);
  expect(failures).toEqual(["the fourth"]);
  const pauses = dueTimes.slice(1).map((dueAt, n) => dueAt - (dueTimes[n] ?? NaN));
  expect(Math.max(...pauses.map((pause) => Math.abs(pause - 1)))).toBeLessThan(0.001);
});
