import { expect, test } from "vitest";
import { tokensOf, usageFrom } from "./usage-figures.ts";

test.each([0, 1, 999_999_999])("%d is a count", (count) => expect(tokensOf(count)).toBe(count));

test.each([-1, 1.5, 1e9, 1e308, NaN, Infinity, "12", 12n, null, undefined, {}, [12], true])("%s is none", (value) =>
  expect(tokensOf(value)).toBeUndefined(),
);

test("minus nothing is nothing", () => expect(Object.is(tokensOf(-0), 0)).toBe(true));

test("figures that are none are absent, and the others stay", () => {
  expect(usageFrom({ inputTokens: -5, outputTokens: 34, totalTokens: "x", reasoningTokens: 1e308 })).toEqual({
    outputTokens: 34,
  });
});

test("a total without its parts is a total", () => {
  expect(usageFrom({ totalTokens: 46 })).toEqual({ totalTokens: 46 });
});

test("zeros everywhere are no count", () => {
  expect(usageFrom({ inputTokens: 0, outputTokens: 0, totalTokens: 0, cachedInputTokens: 0 })).toBeUndefined();
  expect(usageFrom({ inputTokens: -1, outputTokens: NaN })).toBeUndefined();
});
