import { expect, test } from "vitest";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { sampleOf } from "./sample.ts";

/** How many values a sample holds. */
function count(value: unknown): number {
  const inner = typeof value === "object" && value !== null ? Object.values(value) : [];
  return inner.reduce<number>((sum, one) => sum + count(one), 1);
}

test.each<[string, JsonObject]>([
  [
    "refers to itself in many fields",
    {
      type: "object",
      required: ["a", "b", "c"],
      properties: { a: { $ref: "#" }, b: { $ref: "#" }, c: { $ref: "#" } },
    },
  ],
  ["asks for lists of lists", { type: "array", minItems: 100, items: { $ref: "#" } }],
  ["requires very many fields", { type: "object", required: Array.from({ length: 100_000 }, (_, at) => `f${at}`) }],
])("a schema that %s gets a sample of bounded size", (_name, schema) => {
  expect(count(sampleOf(schema, "x"))).toBeLessThanOrEqual(20_000);
});

test("a text that has to be endless is not", () => {
  expect(sampleOf({ type: "string", minLength: 1e9 }, "x")).toHaveLength(10_000);
});

test("members of every object are no fields and no formats", () => {
  const schema = { type: "object", required: ["constructor", "toString"], properties: {} };
  expect(sampleOf(schema, "x")).toEqual(
    Object.fromEntries([
      ["constructor", "x"],
      ["toString", "x"],
    ]),
  );
  expect(sampleOf({ type: "string", format: "constructor" }, "x")).toBe("x");
  expect(sampleOf({ $ref: "#/constructor" }, "x")).toBe("x");
});
