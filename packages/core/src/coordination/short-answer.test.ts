import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { agree, largestAgreement, representatives } from "./agreement.ts";
import type { Candidate } from "./candidate.ts";
import { shortAnswer } from "./short-answer.ts";

function answer(text: string, id = "a"): Candidate {
  return { id, agentId: id, version: 1, text, toolCalls: [], cut: false };
}

const loosely = { loose: true };

test.each([
  ["Yes.", "yes"],
  ['"Yes"', "yes"],
  ['"Yes."', "yes"],
  ['"Yes".', "yes"],
  ["“YES”", "yes"],
  [" 'New York'\n", "new york"],
  ["B", "b"],
  ["fooBar", "fooBar"],
  ["H2O", "h2o"],
  ["mL", "mL"],
  ["Ähre", "ähre"],
])("%j is the short answer %j", (text, bare) => {
  expect(shortAnswer(text)).toBe(bare);
});

test.each(["", ".", '""', "Yes!", "Yes..", "a\nb", "3.5", "-3", "a".repeat(41), "`yes`", "x = y"])(
  "%j is none",
  (text) => {
    expect(shortAnswer(text)).toBeUndefined();
  },
);

describe("compared loosely", () => {
  test.each([
    ["Yes.", "yes"],
    ['"Yes"', "yes"],
    ["True", "true"],
    ["42.", "42.0"],
    ["42", '"42"'],
  ])("%j and %j agree", (a, b) => {
    expect(agree(answer(a), answer(b), loosely)).toBe(true);
    expect(agree(answer(a), answer(b))).toBe(false);
  });

  test.each([
    ["fooBar", "foobar"],
    ["Yes!", "yes!"],
    ["The sky is blue, of course", "the sky is blue, of course"],
    ["42", "-42"],
  ])("%j and %j do not", (a, b) => {
    expect(agree(answer(a), answer(b), loosely)).toBe(false);
  });

  it("finds whatever agrees strictly", () => {
    const text = fc.oneof(
      fc.constantFrom(
        "42",
        "42.0",
        "1e3",
        "1000",
        "true",
        '"true"',
        '"tru\\u0065"',
        "Yes",
        "Yes \n",
        '"Yes"  ',
        "e\u0301",
        "é",
      ),
      fc.string({ maxLength: 50 }),
      fc.json({ maxDepth: 1 }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        if (agree(answer(a), answer(b))) expect(agree(answer(a), answer(b), loosely)).toBe(true);
        expect(agree(answer(a), answer(`${a}  `), loosely)).toBe(agree(answer(a), answer(`${a}  `)));
      }),
    );
  });
});

describe("the text that goes out", () => {
  const texts = (...spellings: string[]) => spellings.map((text, i) => answer(text, `member-${i}`));

  it("has the most frequent spelling", () => {
    const group = largestAgreement(texts("yes", "Yes.", "Yes.", "no"), loosely);
    expect(representatives(group).map(({ text }) => text)).toEqual(["Yes.", "Yes."]);
  });

  it("has any of those that are as frequent", () => {
    const group = largestAgreement(texts("yes", "Yes.", "no"), loosely);
    expect(representatives(group).map(({ text }) => text)).toEqual(["yes", "Yes."]);
  });
});
