import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf } from "../terminal/plain-text.ts";
import { endOf } from "./end-of.ts";
import { firstSentence } from "./first-sentence.ts";
import { nothingWritten, written } from "./writing.ts";

describe("a text that is being written", () => {
  it.each([
    ["", 0],
    ["one", 1],
    [" one  two\n three ", 3],
    ["天空是蓝色的", 6],
    ["the 天空 sky", 4],
  ])("%j has %i words", (text, words) => expect(written(nothingWritten, text).words).toBe(words));

  it("has as many words whatever pieces it comes in, and keeps little of it", () => {
    const unit = fc.oneof(fc.constantFrom(" ", "a", "bc", "\n", "天", "👋", "\ud83d"), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (pieces) => {
        const whole = written(nothingWritten, pieces.join(""));
        expect(pieces.filter((piece) => piece !== "").reduce(written, nothingWritten)).toEqual(whole);
      }),
    );
    expect(written(nothingWritten, "word ".repeat(100_000)).tail.length).toBeLessThan(2000);
  });
});

describe("the end of a line", () => {
  it.each([
    ["short", 10, "short"],
    ["one two three four", 12, "...four"],
    ["one two three four", 13, "...three four"],
    ["x".repeat(20), 10, `...${"x".repeat(7)}`],
    ["漢".repeat(20), 10, `...${"漢".repeat(3)}`],
  ])("%j in %i columns is %j", (line, columns, end) => expect(endOf(line, columns)).toBe(end));

  it("is never wider than it may be", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 3, max: 40 }), (line, columns) => {
        expect(columnsOf(endOf(line, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe("the first sentence", () => {
  it.each([
    ["Blue light scatters.", "Blue light scatters."],
    ["Blue light scatters. Red light does not.", "Blue light scatters. ..."],
    ["# The sky\n\nIt is blue.", "The sky ..."],
    ["Yes. It is blue. Very.", "Yes. It is blue. ..."],
    ["It is 3.14 and no more. Or is it?", "It is 3.14 and no more. ..."],
    ["天空是蓝色的，这是散射。其他的。", "天空是蓝色的，这是散射。 ..."],
    ["\u001b[31mred\u001b[0m is it", "red is it"],
    ["", ""],
  ])("of %j is %j", (text, sentence) => expect(firstSentence(text)).toBe(sentence));
});
