import { expect, test } from "vitest";
import { brief, count, wordsIn } from "./count.ts";
import { dollars } from "./dollars.ts";
import { duration } from "./duration.ts";
import { listOf } from "./list-of.ts";
import { timeOf } from "./time-of.ts";
import { sumOf, tokensOf } from "./usage-tokens.ts";

test.each([
  [0, "0.0 s"],
  [9_960, "9.9 s"],
  [59_999, "59 s"],
  [200_000, "3 min 20 s"],
  [7_500_000, "2 h 5 min"],
  [Number.NaN, "0 s"],
])("%d ms is %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  [0, "$0"],
  [0.00001, "< $0.0001"],
  [0.01234, "$0.0123"],
  [12.345, "$12.35"],
])("%d dollars are %s", (usd, words) => {
  expect(dollars(usd)).toBe(words);
});

test("words are counted between blanks of any kind", () => {
  expect(wordsIn("")).toBe(0);
  expect(wordsIn("  one\n\ttwo three ")).toBe(3);
});

test("things have their number", () => {
  expect([count(1, "call"), count(1204, "call"), brief(980), brief(12_345)]).toEqual([
    "1 call",
    "1,204 calls",
    "980",
    "12.3K",
  ]);
});

test("names stand in a sentence", () => {
  expect([listOf([]), listOf(["ada"]), listOf(["ada", "bob", "cyd"])]).toEqual(["", "ada", "ada, bob and cyd"]);
});

test("what is unknown stays unknown", () => {
  expect([tokensOf(undefined), tokensOf({}), tokensOf({ inputTokens: 3 }), tokensOf({ totalTokens: 9 })]).toEqual([
    undefined,
    undefined,
    3,
    9,
  ]);
  expect([sumOf([]), sumOf([undefined]), sumOf([undefined, 2, 3])]).toEqual([undefined, undefined, 5]);
});

test("a time of today has no date", () => {
  const noon = new Date(2026, 4, 3, 12, 5).getTime();
  expect(timeOf(noon, noon + 1000)).toBe("today 12:05");
  expect(timeOf(noon, noon + 86_400_000)).toMatch(/3.*2026.*12:05|May 3.*12:05/);
});
