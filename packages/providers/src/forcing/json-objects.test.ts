import { expect, test } from "vitest";
import { jsonAt, jsonIn, mostValues, walkFor } from "./json-objects.ts";

test.each<[string, readonly unknown[]]>([
  ['a {"a":[1]} b [2] c', [{ a: [1] }, [2]]],
  ['{"a":"x\ny\t",}', [{ a: "x\ny\t" }]],
  ['{"a":[1, 2 , ] , }', [{ a: [1, 2] }]],
  ['{"a":"}\\"{"} {', [{ a: '}"{' }]],
  ['{ {"a":1}', [{ a: 1 }]],
  ["{a} {}", [{}]],
])("%s", (text, values) => expect(jsonIn(text).map(({ value }) => value)).toEqual(values));

test("of very many values the last ones are found", () => {
  const values = jsonIn(Array.from({ length: 5 * mostValues }, (_, at) => `[${at}]`).join(" "));
  expect(values).toHaveLength(mostValues);
  expect(values.at(-1)?.value).toEqual([5 * mostValues - 1]);
});

test.each(["{", '{"a":', "[[", '{"', "{[(", "{} {"])("walks over a long text of %s at most four times", (unit) => {
  const text = unit.repeat(1_000_000 / unit.length);
  const walk = walkFor(text);
  const most = walk.left;
  jsonIn(text, walk);
  expect(most).toBeLessThanOrEqual(4 * text.length);
  expect(walk.left).toBeGreaterThanOrEqual(0);
});

test("what is left of the walk is not exceeded", () => {
  const walk = { left: 5 };
  expect(jsonAt('{"a":1}', 0, walk)).toBeUndefined();
  expect(walk.left).toBe(0);
});
