import fc from "fast-check";
import { expect, it } from "vitest";
import { plainStream } from "./plain-stream.ts";
import { plainBlock } from "./plain-text.ts";

/** What is shown of pieces: after each, and at the end. */
function shown(...pieces: readonly string[]): readonly string[] {
  const stream = plainStream();
  return [...pieces.map((piece) => stream.push(piece)), stream.end()];
}

it.each([
  ["a colour that is cut", ["red \u001b[3", "1mtext"], ["red ", "text", ""]],
  ["an introducer alone", ["a\u001b", "[2Jb"], ["a", "b", ""]],
  ["the title of a window", ["a\u001b]0;ow", "ned", "\u0007b"], ["a", "", "b", ""]],
  ["a title that its last character may still end", ["a\u001b]0;x\u001b", "\\b"], ["a", "b", ""]],
  ["a title without an end", ["a\u001b]0;x"], ["a", ""]],
  ["half a line end", ["a\r", "\nb"], ["a", "\nb", ""]],
  ["half a character", ["a\ud83d", "\ude00"], ["a", "😀", ""]],
  ["half a character at the end", ["a\ud83d"], ["a", "\ufffd"]],
  ["plain text, at once", ["one ", "two"], ["one ", "two", ""]],
])("%s", (_, pieces, expected) => expect(shown(...pieces)).toEqual(expected));

it("shows the same of a text wherever it is cut, and holds back little", () => {
  const unit = fc.oneof(
    fc.constantFrom("\u001b", "[", "]", "31", "m", "\u0007", "\\", "\r", "\n", "\u009b", "\u202e", "😀", "\ud83d", "x"),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
      expect(shown(...units).join("")).toBe(plainBlock(units.join(""), Infinity));
    }),
    { numRuns: 1000 },
  );
  const stream = plainStream();
  expect(stream.push(`\u001b]${"x".repeat(5000)}`)).toBe("x".repeat(3000));
});
