import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "./folded-text.ts";

const folded = (text: string): string => fold(text).text;

describe("a folded text", () => {
  it.each([
    ["a zero-width space", "age\u200bnt", "agent"],
    ["a soft hyphen, a variation selector, a direction mark", "a\u00adg\ufe0fe\u202ent", "agent"],
    ["combining marks", "a\u0336g\u0301ent", "agent"],
    ["an accent", "ágent", "agent"],
    ["Cyrillic", "\u0430g\u0435nt", "agent"],
    ["Greek", "\u03b1gent", "agent"],
    ["full width", "ＣＵＲＲＥＮＴ", "CURRENT"],
    ["mathematical letters", "\u{1d41a}\u{1d5c0}\u{1d622}", "aga"],
    ["circled and squared letters", "ⓐ\u{1f170}", "aa"],
    ["digits of other scripts, by their value", "\u0663\u09ea\uff17\u2460", "3471"],
    ["brackets", "＜‹⟨", "<<<"],
    ["runs of blanks", "a \t\u00a0b", "a b"],
    ["a line end of any kind", "a \r\n b\u2028c", "a\nb\nc"],
    ["line ends in a row", "a\n \n\nb", "a\n\nb"],
  ])("is without %s", (_, text, plain) => {
    expect(folded(text)).toBe(plain);
  });

  it("keeps what it finds in its place", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), fc.string({ maxLength: 20 }), (before, after) => {
        const source = `${before}agent7${after}`;
        const { text, sourceIndex } = fold(source);
        const starts = [...text.matchAll(/agent7/g)].map(({ index }) => sourceIndex(index));
        expect(starts).toContain(before.length);
        expect(sourceIndex(text.length)).toBe(source.length);
      }),
    );
  });
});
