import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotation } from "./quotation.ts";

describe("the quotation of an answer", () => {
  it.each([
    ["a sentence", "Blue light scatters.", "Blue light scatters."],
    ["two sentences", "Blue light scatters. Red light does not.", "Blue light scatters. ..."],
    ["no end", "because of scattering", "because of scattering"],
    ["a first line", "# The sky\n\nIt is blue.", "# The sky ..."],
    ["a question", "Is it blue? It is.", "Is it blue? ..."],
    ["a short first sentence", "Yes. It is blue. Very.", "Yes. It is blue. ..."],
    ["a list", "1. Use PostgreSQL\n2. Do not", "1. Use PostgreSQL ..."],
    ["a number", "It is 3.14 and no more. Or is it?", "It is 3.14 and no more. ..."],
    ["a sentence in quotes", '"It is blue." That is all.', '"It is blue." ...'],
    ["full-width ends", "天空是蓝色的，这是散射。其他的。", "天空是蓝色的，这是散射。 ..."],
    ["blank space around", "  \n It is blue. \n", "It is blue."],
    ["JSON", '{"colour":"blue"}', '{"colour":"blue"}'],
    ["markup", "**Use** `a_b` <b>_now_</b> [x](y)", "\\*\\*Use\\*\\* \\`a_b\\` \\<b>\\_now\\_\\</b> \\[x](y)"],
    ["backslashes", "C:\\*.txt is one", "C:\\\\\\*.txt is one"],
    ["control characters", "a\u001b[31mb\u202ec\td is red", "a\\u{1b}\\[31mb\\u{202e}c d is red"],
    ["joiners, which belong to emoji", "👩‍🚀 is up there", "👩‍🚀 is up there"],
    ["nothing", "", ""],
  ])("of %s", (_, text, shown) => {
    expect(quotation(text)).toBe(shown);
  });

  it("ends between two words", () => {
    expect(quotation("word ".repeat(50))).toBe(`${"word ".repeat(23).trimEnd()} ...`);
    expect(quotation("x".repeat(121))).toBe(`${"x".repeat(116)} ...`);
    expect(quotation("x".repeat(120))).toBe("x".repeat(120));
  });

  it("has 120 characters at most, none that is acted on, and says whether there is more", () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom("a", ".", " ", "\n", "*", "_", "<", "[", "\u001b", "\ud83d"),
        fc.string({ maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "binary", minLength: 100, maxLength: 3000 })), (answer) => {
        const shown = quotation(answer);
        expect(shown.length).toBeLessThanOrEqual(120);
        expect(shown).not.toMatch(/\p{Cc}|(?<!\\)[<*`[]/u);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });
});
