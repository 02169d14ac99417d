import { expect, test } from "vitest";
import { copyTree, valueAt } from "./plain-tree.ts";

test("a copy shares nothing and has no key __proto__", () => {
  const shared = { x: 1 };
  const { copy, problem } = copyTree({
    a: shared,
    b: [shared],
    c: JSON.parse('{"__proto__":{"polluted":true},"d":1}'),
  });
  expect(problem).toBeUndefined();
  expect(copy).toEqual({ a: { x: 1 }, b: [{ x: 1 }], c: { d: 1 } });
  expect(valueAt(copy, ["a"])).not.toBe(valueAt(copy, ["b", 0]));
  expect((copy["c"] as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test.each([
  [["b", 1, "c"], 2],
  [["b", 2, "c"], undefined],
  [["toString"], undefined],
  [["a", "x"], undefined],
  [[], { a: 1, b: [0, { c: 2 }] }],
])("the value at %j is %j", (path, value) => {
  expect(valueAt({ a: 1, b: [0, { c: 2 }] }, path)).toEqual(value);
});
