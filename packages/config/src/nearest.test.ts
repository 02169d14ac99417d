import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const keys = ["temperature", "top_p", "max_tokens", "model", "type", "host", "port"];

test.each([
  ["temprature", "temperature"],
  ["tempreature", "temperature"],
  ["maxTokens", "max_tokens"],
  ["max-tokens", "max_tokens"],
  ["MODEL", "model"],
  ["prot", "port"],
  ["modle", "model"],
  ["x", undefined],
  ["", undefined],
  ["presence", undefined],
  ["verylongwordwithoutanything", undefined],
])("%j is near %j", (word, expected) => {
  expect(nearest(word, keys)).toBe(expected);
});

test("of equally near candidates the first", () => {
  expect(nearest("bat", ["cat", "hat"])).toBe("cat");
  expect(nearest("hat", ["cat", "hat"])).toBe("hat");
});
