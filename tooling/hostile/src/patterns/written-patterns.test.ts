import { expect, it } from "vitest";
import { exportedConstants, writtenPatterns } from "./written-patterns.ts";

it("finds literals and what RegExp is given, wherever they stand", () => {
  const source = String.raw`
    const word = "\\w+";
    // /a comment/ and "/a text/" are none
    export const half: number = 4 / 2 / 1;
    class A { readonly b = (text: string): boolean => /a[/]b/gi.test(text as string); }
    const made = [new RegExp(word), RegExp("^" + word, "u"), new RegExp(String.raw${"`\\s${word}`"})];
  `;
  expect(writtenPatterns("a.ts", source)).toEqual([
    { line: 5, written: "/a[/]b/gi", pattern: { source: "a[/]b", flags: "gi" } },
    { line: 6, written: "new RegExp(word)", pattern: { source: String.raw`\w+`, flags: "" } },
    { line: 6, written: 'RegExp("^" + word, "u")', pattern: { source: String.raw`^\w+`, flags: "u" } },
    {
      line: 6,
      written: "new RegExp(String.raw`\\s${word}`)",
      pattern: { source: String.raw`\s\w+`, flags: "" },
    },
  ]);
});

it("takes constants of other files, and says of what no file gives that it is unknown", () => {
  const shared = exportedConstants(new Map([["b.ts", 'export const word = "b";']]));
  const source = 'import { word } from "./b.ts"; const known = new RegExp(`a${word}`); f = (x) => new RegExp(x, "g");';
  expect(writtenPatterns("a.ts", source, shared)).toEqual([
    { line: 1, written: "new RegExp(`a${word}`)", pattern: { source: "ab", flags: "" } },
    { line: 1, written: 'new RegExp(x, "g")' },
  ]);
});
