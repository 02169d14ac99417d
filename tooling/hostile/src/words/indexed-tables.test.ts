import { expect, it } from "vitest";
import { indexedTables } from "./indexed-tables.ts";

const found = (source: string): readonly string[] => indexedTables("a.ts", source).map(({ written }) => written);

it("finds tables that are read by a word", () => {
  expect(found("const codes: Record<string, number> = { a: 1 };\nf = (word) => codes[word] ?? 0;")).toEqual([
    "codes[word]",
  ]);
  expect(found("const codes = { a: 1 } as const; f = (x) => codes[x.type.toLowerCase()];")).toEqual([
    "codes[x.type.toLowerCase()]",
  ]);
  expect(found("f = (word) => ({ a: 1 })[word];")).toHaveLength(1);
});

it.each([
  "const codes = new Map([['a', 1]]); f = (word) => codes.get(word);",
  "const codes = { a: 1 }; f = () => codes['a'] + codes.a;",
  "const codes = { a: 1 }; f = (word) => (Object.hasOwn(codes, word) ? codes[word] : 0);",
  "const codes = { a: 1 }; f = (word) => codes[word as keyof typeof codes];",
  "const copy = {}; for (const [name, value] of entries) copy[name] = value;",
  "const list = [1, 2]; f = (n) => list[n];",
])("lets pass: %s", (source) => {
  expect(found(source)).toEqual([]);
});
