import { expect, test } from "vitest";
import { ticksFor } from "./time-ticks.ts";

test.each([
  [650, [0, 100, 200, 300, 400, 500, 600]],
  [8_400, [0, 2000, 4000, 6000, 8000]],
  [61_000, [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]],
])("up to %d ms", (endMs, ticks) => {
  expect(ticksFor(endMs)).toEqual(ticks);
});
