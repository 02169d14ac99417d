import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonCounter, type JsonFigures, type JsonLimits } from "./json-limits.ts";

const unlimited: JsonLimits = { depth: 1e9, values: 1e9, keys: 1e9 };

function count(text: string, limits = unlimited, piece = 1e9): Partial<JsonFigures> & { passed?: string } {
  const counter = new JsonCounter(limits);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) {
    const passed = counter.take(bytes.subarray(at, at + piece));
    if (passed !== undefined) return { passed };
  }
  return counter.figures;
}

/** What JSON.parse makes of it, counted. */
function figuresOf(value: unknown): { depth: number; values: number; keys: number } {
  const names = new Set<string>();
  let [depth, values] = [0, 0];
  const walk = (item: unknown, levels: number): void => {
    values++;
    if (typeof item !== "object" || item === null) return;
    depth = Math.max(depth, levels + 1);
    if (!Array.isArray(item)) for (const name of Object.keys(item)) names.add(JSON.stringify(name));
    for (const inner of Object.values(item)) walk(inner, levels + 1);
  };
  walk(value, 0);
  return { depth, values, keys: names.size };
}

describe("the structure of a JSON text", () => {
  it("is counted as JSON.parse finds it, however it is cut and spaced", () => {
    const cases = fc.property(
      fc.json({ stringUnit: "binary", maxDepth: 6 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 40 }),
      (json, indent, piece) => {
        const value: unknown = JSON.parse(json);
        const text = JSON.stringify(value, undefined, indent);
        expect(count(text, unlimited, piece)).toMatchObject(figuresOf(value));
      },
    );
    fc.assert(cases, { numRuns: 2000 });
  });

  it.each<[string, Partial<JsonFigures>]>([
    ["1", { depth: 0, values: 1, keys: 0 }],
    ["[]", { depth: 1, values: 1, keys: 0 }],
    ['{"a":[1,-2.5e3,true,null,"x"]}', { depth: 2, values: 7, keys: 1 }],
    ['[{"a":1},{"a":1},{"b":1}]', { depth: 2, values: 7, keys: 2 }],
    ['{"a":1,"a":2}', { values: 3, keys: 1 }],
    [String.raw`["\"[{\\", "]"]`, { depth: 1, values: 3, escapes: 2 }],
    [String.raw`{"a\"b":"\u0041"}`, { values: 2, keys: 1, escapes: 2 }],
  ])("%s", (text, figures) => {
    expect(count(text)).toMatchObject(figures);
  });

  it.each<[string, JsonLimits, string | undefined]>([
    ["[[[]]]", { ...unlimited, depth: 3 }, undefined],
    ["[[[[]]]]", { ...unlimited, depth: 3 }, "depth"],
    ["[1,2]", { ...unlimited, values: 3 }, undefined],
    ["[1,2,3]", { ...unlimited, values: 3 }, "values"],
    ['["",""]', { ...unlimited, values: 2 }, "values"],
    ['{"a":1,"b":1}', { ...unlimited, keys: 2 }, undefined],
    ['{"a":1,"b":{"c":1}}', { ...unlimited, keys: 2 }, "keys"],
  ])("%s against %j passes %s", (text, limits, passed) => {
    for (const piece of [1, 3, 1e9]) expect(count(text, limits, piece).passed).toBe(passed);
  });

  it("of what is no JSON is counted all the same", () => {
    for (const text of ["]]]]", "}{", '"', "\\", ":::", ',,"a"', '{"a"', "\u0000\u0001", "{,,,}"])
      expect(count(text, unlimited, 1)).toBeTruthy();
    expect(count("[".repeat(1000), { ...unlimited, depth: 200 }).passed).toBe("depth");
    expect(count("1 ".repeat(1000), { ...unlimited, values: 200 }).passed).toBe("values");
  });

  it("is looked at no further than the limit", () => {
    const counter = new JsonCounter({ ...unlimited, values: 10 });
    expect(counter.take(Buffer.from(`[${"1,".repeat(1000)}1]`))).toBe("values");
    expect(counter.figures.values).toBe(11);
  });

  it("holds different names apart, though they are alike", () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `"${"k".repeat(i % 7)}${i}":1`);
    const { keys } = count(`{${names.join()}}`);
    expect(keys).toBeGreaterThan(19_900);
    expect(keys).toBeLessThanOrEqual(20_000);
  });
});
