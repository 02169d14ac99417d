import { expect, test } from "vitest";
import { interpolate } from "./interpolate.ts";

const noLines = { lineOf: () => undefined, lineOfText: () => undefined };
const env = { A: "one", B: "two", EMPTY: "", NESTED: "${A}", UNSET: undefined };

function fill(text: string): unknown {
  const { value, findings } = interpolate({ text }, env, noLines);
  return findings.length === 0 ? value["text"] : findings.map((finding) => finding.message);
}

test.each([
  ["plain", "plain"],
  ["${A}", "one"],
  ["<${A}-${B}${A}>", "<one-twoone>"],
  ["${A:-other}", "one"],
  ["${EMPTY}", ""],
  ["${EMPTY:-other}", "other"],
  ["${UNSET:-other}", "other"],
  ["${UNSET:-}", ""],
  ["${UNSET:-a:-b $ {c\nd}", "a:-b $ {c\nd"],
  ["$${A}", "${A}"],
  ["$${A} ${A} $${", "${A} one ${"],
  ["${NESTED}", "${A}"],
  ["$A $ {A} }{ $", "$A $ {A} }{ $"],
])("%j becomes %j", (text, filled) => {
  expect(fill(text)).toBe(filled);
});

const stray = "`${` begins a variable: write ${NAME}, ${NAME:-default}, or $${ for the characters themselves";

test.each([
  ["${NONE} ${NONE}", ["the variable NONE is not set; set it or write ${NONE:-default}"]],
  ["${UNSET}", ["the variable UNSET is not set; set it or write ${UNSET:-default}"]],
  ["${toString}", ["the variable toString is not set; set it or write ${toString:-default}"]],
  ["${}", [stray]],
  ["${A-x}", [stray]],
  ["${A", [stray]],
  ["${A B}", [stray]],
  ["${UNSET:-${A}}", [stray]],
])("%j is refused", (text, messages) => {
  expect(fill(text)).toEqual(messages);
});

test("reaches every text, leaves keys and other values alone, and remembers where variables were", () => {
  const tree = { "${A}": [1, true, null, { deep: ["${A}"] }], mixed: "x${B}" };
  const { value, references } = interpolate(tree, env, noLines);
  expect(value).toEqual({ "${A}": [1, true, null, { deep: ["one"] }], mixed: "xtwo" });
  expect([...references]).toEqual([
    ['["${A}",3,"deep",0]', { names: ["A"], whole: true }],
    ['["mixed"]', { names: ["B"], whole: false }],
  ]);
});
