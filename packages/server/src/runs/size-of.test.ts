import { expect, test } from "vitest";
import { sizeOf } from "./size-of.ts";

test("counts texts, names and values at any depth", () => {
  const [small, long] = [sizeOf({ list: [{ text: "" }, null] }), sizeOf({ list: [{ text: "x".repeat(1000) }, null] })];
  expect(long - small).toBe(1000);
  expect(sizeOf({ ["n".repeat(500)]: 1 })).toBeGreaterThan(500);
  expect(sizeOf(Array.from({ length: 100 }, () => 0))).toBeGreaterThan(100 * 8);
});
