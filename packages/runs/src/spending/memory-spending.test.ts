import { manualClock } from "@massgen/core/testing";
import { expect, it } from "vitest";
import { dailyAllowance } from "./allowance.ts";
import { createMemorySpending } from "./memory-spending.ts";

const noon = Date.UTC(2026, 10, 29, 12);
const dayMs = 24 * 60 * 60 * 1000;

it("a day ends at midnight in UTC, and what was reserved on it is settled there", async () => {
  let now = noon;
  const spending = createMemorySpending({ date: () => now });
  const late = await spending.reserve("ada", 0.5, 1);
  expect(await spending.reserve("ada", 0.6, 1)).toBeUndefined();
  expect(await spending.today("ada")).toEqual({ spentUsd: 0, reservedUsd: 0.5, endsInMs: dayMs / 2 });
  now = noon + dayMs / 2 - 1;
  expect(await spending.today("ada")).toMatchObject({ reservedUsd: 0.5, endsInMs: 1 });
  now += 1;
  expect(await spending.today("ada")).toEqual({ spentUsd: 0, reservedUsd: 0, endsInMs: dayMs });
  if (late) await spending.settle(late, 0.4);
  expect(await spending.today("ada")).toMatchObject({ spentUsd: 0, reservedUsd: 0 });
  expect(await spending.reserve("ada", 1, 1)).toEqual({ name: "ada", day: "2026-11-30", usd: 1 });
});

it("an allowance says no when the day is spent, and tells of what could not be noted", async () => {
  const spending = createMemorySpending(manualClock());
  const told: string[] = [];
  const allowance = dailyAllowance({ spending, name: "ada", most: 1, failed: (message) => told.push(message) });
  const one = await allowance.reserve(0.75);
  expect(await allowance.reserve(0.5)).toBeUndefined();
  one?.settle(0.25);
  expect(await allowance.reserve(0.5)).toBeDefined();
  expect(told).toEqual([]);

  const broken = { ...spending, settle: () => Promise.reject(new Error("gone")) };
  const other = dailyAllowance({ spending: broken, name: "bob", most: 1, failed: (message) => told.push(message) });
  (await other.reserve(0.5))?.settle(0.25);
  await expect.poll(() => told).toHaveLength(1);
  expect(told[0]).toContain("what a call for bob has cost could not be noted");
  expect(await spending.today("bob")).toMatchObject({ reservedUsd: 0.5, spentUsd: 0 });
});
