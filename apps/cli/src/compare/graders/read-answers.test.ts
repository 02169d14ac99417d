import { describe, expect, it } from "vitest";
import { choiceIn } from "./choice-in.ts";
import { normalText } from "./normal-text.ts";
import { isNear, numberIn } from "./number-in.ts";
import { statedAnswer } from "./stated-answer.ts";

describe("the stated answer", () => {
  it.each([
    ["So 6 * 7 = 42.\nAnswer: 42", "42"],
    ["**Final answer:** Paris.", "Paris."],
    ["The answer is Paris, I think", "Paris, I think"],
    ["The answer is 3? No: the answer is 4.", "4."],
    ["First, Answer: 1\nthen, Answer: 2", "2"],
    ["steps\n#### 72", "72"],
    ["thus $\\boxed{\\frac{1}{2}}$ as said", "\\frac{1}{2}"],
    ["## Final answer:\n\n**17**\n", "17"],
    ["I do not know.", undefined],
    ["", undefined],
    ["\\boxed{open", undefined],
  ])("%j states %j", (text, stated) => expect(statedAnswer(text)).toBe(stated));
});

it.each([
  ["  **Paris**. ", "paris"],
  ["“Paris”", "paris"],
  ["New\n  York", "new york"],
  ["Ｐａｒｉｓ", "paris"],
  ["-3.5", "-3.5"],
  ["50%", "50%"],
  ["!", ""],
])("%j is compared as %j", (text, normal) => expect(normalText(text)).toBe(normal));

it.each([
  ["42", 42],
  ["It costs $1,234.50 in all.", 1234.5],
  ["Answer: 7 (of 10)", 7],
  ["From 3 to 5, so the sum is 8.", 8],
  ["3-5", 5],
  ["It is −4 degrees", -4],
  ["about 1.5e3", 1500],
  ["the top-10", 10],
  [".5", 0.5],
  ["**The answer is 12.**", 12],
  ["\\boxed{1,000}", 1000],
  ["none", undefined],
  ["it is 1,2,3", 3],
  ["9".repeat(500), undefined],
])("%j comes to %j", (text, value) => expect(numberIn(text)).toBe(value));

it("numbers are near within the tolerance, and binary fractions are no difference", () => {
  expect([isNear(0.1 + 0.2, 0.3, 0), isNear(10.4, 10, 0.5), isNear(10.6, 10, 0.5), isNear(10, 11, 0)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it.each([
  ["B", "B"],
  ["b", "B"],
  ["(C)", "C"],
  ["**D**", "D"],
  ["B) Paris", "B"],
  ["B. Paris", "B"],
  ["Answer: C", "C"],
  ["The answer is (B) because A is wrong", "B"],
  ["The answer is B because A is wrong", "B"],
  ["It cannot be (A), so it is (D).", "D"],
  ["Reasoning about A and B.\n\nC", "C"],
  ["I would take option B here", "B"],
  ["A cat is an animal", undefined],
  ["Nothing fits", undefined],
])("%j chooses %j", (text, choice) => expect(choiceIn(text)).toBe(choice));

it("takes linear time, whatever is written", () => {
  for (const piece of ["answer is ", "\\boxed{", "*", "1,", "(A", "- ", "\n", "answer:\n", "9", ". ", "option "]) {
    const text = piece.repeat(100_000);
    const started = performance.now();
    statedAnswer(text);
    normalText(text);
    numberIn(text);
    choiceIn(text);
    expect(performance.now() - started).toBeLessThan(20_000);
  }
}, 120_000);
