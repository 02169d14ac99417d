import { expect, test } from "vitest";
import { wordDiff } from "./word-diff.ts";

const only = (side: ReturnType<typeof wordDiff>[number]): readonly string[] =>
  side.filter(({ common }) => !common).map(({ text }) => text.trim());

test("what both have is common, the rest is marked in each", () => {
  const [one, other] = wordDiff("Take the night train to Paris.", "Take the early train to Paris, then walk.");
  expect(only(one)).toEqual(["night", "Paris."]);
  expect(only(other)).toEqual(["early", "Paris, then walk."]);
});

test("each side is the whole text again", () => {
  const [a, b] = ["one  two\n\nthree\tfour ", " two three five"];
  const [one, other] = wordDiff(a, b);
  expect(one.map(({ text }) => text).join("")).toBe(a);
  expect(other.map(({ text }) => text).join("")).toBe(b);
});

test("other blanks are no difference, and nothing has nothing in common", () => {
  expect(only(wordDiff("a\nb", "a b")[0])).toEqual([]);
  expect(wordDiff("", "a")).toEqual([[], [{ text: "a", common: false }]]);
});

test("texts too long for words are compared by sentences, and longer ones not at all", () => {
  const long = Array.from({ length: 900 }, (_, at) => `Sentence number ${at} of them.`);
  const [one] = wordDiff(long.join(" "), [...long.slice(0, 450), "A new one.", ...long.slice(450)].join(" "));
  expect(only(one)).toEqual([]);
  const longest = "a. ".repeat(5000);
  expect(wordDiff(longest, longest)[0]).toEqual([{ text: longest, common: false }]);
});
