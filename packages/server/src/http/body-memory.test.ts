import { expect, test } from "vitest";
import { createBodyMemory } from "./body-memory.ts";

test("holds so much and no more, and gives back once", () => {
  const memory = createBodyMemory(() => 100);
  const first = memory.take(60);
  expect(() => memory.take(50)).toThrow("Try again");
  first.resize(40);
  const second = memory.take(60);
  expect(memory.held).toBe(100);
  first.giveBack();
  first.giveBack();
  expect(memory.held).toBe(60);
  second.giveBack();
  expect(memory.held).toBe(0);
});

test("one that is larger than all there is gets all, when nobody else has any", () => {
  const memory = createBodyMemory(() => 100);
  memory.take(1_000).giveBack();
  memory.take(1);
  expect(() => memory.take(1_000)).toThrow("Try again");
});
