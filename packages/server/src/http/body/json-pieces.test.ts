import fc from "fast-check";
import { expect, it } from "vitest";
import { JsonJoiner, jsonPieces } from "./json-pieces.ts";

function joined(value: unknown, most: number) {
  const joiner = new JsonJoiner();
  const pieces = [...jsonPieces(value, most)];
  // As they come from a thread.
  for (const piece of structuredClone(pieces)) joiner.add(piece);
  return { value: joiner.value, pieces };
}

const sizeOf = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? Object.values(value).reduce((sum: number, item) => sum + sizeOf(item), 1)
    : 1;

it("pieces put together are the value, and none holds many more values than it may", () => {
  const cases = fc.property(fc.json({ maxDepth: 8 }), fc.integer({ min: 1, max: 20 }), (json, most) => {
    const value: unknown = JSON.parse(json);
    const { value: again, pieces } = joined(value, most);
    expect(JSON.stringify(again)).toBe(JSON.stringify(value));
    for (const { entries } of pieces) {
      const size = entries.reduce((sum, [, item, id]) => sum + (id === undefined ? sizeOf(item) : 1), 0);
      expect(size).toBeLessThan(2 * most);
    }
  });
  fc.assert(cases, { numRuns: 2000 });
});

it("a field named __proto__ stays one", () => {
  for (const most of [1, 2, 100]) {
    const { value } = joined(JSON.parse('{"__proto__":{"a":1},"b":{"__proto__":2}}'), most);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":1},"b":{"__proto__":2}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  }
});

it("a list of a million numbers comes in few pieces", () => {
  expect([
    ...jsonPieces(
      Array.from({ length: 1_000_000 }, () => 1),
      10_000,
    ),
  ]).toHaveLength(101);
});
