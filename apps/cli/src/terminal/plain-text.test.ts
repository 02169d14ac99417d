import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf, fitted, padded, plainBlock, plainLine, wrapped } from "./plain-text.ts";

describe("foreign text", () => {
  it.each([
    ["\u001b[31mred\u001b[0m", "red"],
    ["title \u001b]0;owned\u0007 set", "title set"],
    ["a\r\nb\u2028c\td", "a b c d"],
    ["right \u202eto left\u2066", "right to left"],
    ["bell\u0007 nul\u0000 c1\u009b31m", "bell nul c131m"],
    ["👩‍🚀 and \ud800", "👩‍🚀 and \ufffd"],
  ])("%j is the line %j", (text, line) => expect(plainLine(text)).toBe(line));

  it("keeps its lines as a block, and says how much was cut", () => {
    expect(plainBlock("one\ntwo\u001b[2J", 100)).toBe("one\ntwo");
    expect(plainBlock("x".repeat(50), 10)).toBe(`${"x".repeat(10)}... (40 more characters)`);
    expect(plainBlock("😀😀", 3)).toBe("😀... (2 more characters)");
  });

  it("never reaches a terminal with anything that it acts on, and takes linear time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plainBlock(text, 1000)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
        expect(plainLine(text)).not.toContain("\n");
      }),
    );
    for (const text of ["\u001b]".repeat(500_000), "\u001b[".repeat(500_000), "\u001b[" + "1;".repeat(500_000)])
      plainBlock(text, 1_000_000);
  });
});

describe("columns", () => {
  it.each([
    ["abc", 3],
    ["漢字", 4],
    ["e\u0301", 1],
    ["👋", 2],
  ])("%j takes %i", (text, columns) => expect(columnsOf(text)).toBe(columns));

  it("cuts, fills up and breaks lines to fit", () => {
    expect(fitted("a long line", 8)).toBe("a lon...");
    expect(fitted("short", 8)).toBe("short");
    expect(padded("7", 3, "right")).toBe("  7");
    expect(wrapped("one two three\n\nfour", 10)).toEqual(["one two", "three", "", "four"]);
    expect(wrapped("x".repeat(25), 10)).toEqual(["x".repeat(10), "x".repeat(10), "x".repeat(5)]);
    expect(wrapped("漢".repeat(8), 10)).toEqual(["漢".repeat(5), "漢".repeat(3)]);
    expect(wrapped("", 10)).toEqual([""]);
  });

  it("no line is longer than it may be, and no character is lost", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 10, max: 40 }), (text, width) => {
        const plain = plainBlock(text, 1000);
        const lines = wrapped(plain, width);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(/\s/g, "")).toBe(plain.replaceAll(/\s/g, ""));
        expect(columnsOf(fitted(plainLine(text), width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});
