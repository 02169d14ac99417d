import { expect, test } from "vitest";
import { createModelMemories } from "./model-memories.ts";

test("one memory for each model and key at each address", () => {
  const memoryOf = createModelMemories(() => ({}));
  const first = memoryOf("http://a", "m");
  expect(memoryOf("http://a", "m")).toBe(first);
  expect(memoryOf("http://b", "m")).not.toBe(first);
  expect(memoryOf("http://a", "n")).not.toBe(first);
  expect(memoryOf("http://a", "m", "k")).not.toBe(first);
  expect(memoryOf("http://a", "m", "k")).toBe(memoryOf("http://a", "m", "k"));
});

test("names without end take no room without end", () => {
  let made = 0;
  const memoryOf = createModelMemories(() => (made += 1));
  for (let name = 0; name <= 500; name += 1) memoryOf("http://a", `m${name}`);
  expect(memoryOf("http://a", "m500")).toBe(501);
  expect(memoryOf("http://a", "m1")).toBe(2);
  expect(memoryOf("http://a", "m0")).toBe(502);
});
