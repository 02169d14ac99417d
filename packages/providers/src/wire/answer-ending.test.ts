import fc from "fast-check";
import { expect, test } from "vitest";
import { createAnswerEnding, type EndingSigns } from "./answer-ending.ts";

const nothing: EndingSigns = { said: false, reason: false, last: false };
const word = { ...nothing, said: true };
const reason = { ...nothing, reason: true };
const both = { ...word, reason: true };
const usage = { ...nothing, last: true };

function after(...events: readonly EndingSigns[]): string {
  const ending = createAnswerEnding();
  for (const event of events) ending.note(event);
  return ending.awaited();
}

test.each([
  ["words", [word, word], "answer"],
  ["a reason behind words without one", [word, reason], "settling"],
  ["a reason with the last word", [word, both], "settling"],
  ["usage behind the reason", [word, reason, usage], "tail"],
  ["usage before the reason", [usage, word, usage, reason], "settling"],
  ["usage behind an only event", [both, usage], "tail"],
  ["a reason with the first word", [both], "answer"],
  ["a reason with every word", [both, both, both], "answer"],
  ["a reason before the first word", [reason], "answer"],
  ["a word behind the reason", [word, reason, word], "answer"],
  ["a word behind the usage", [word, reason, usage, word, usage], "answer"],
])("behind %s", (_, events, awaited) => {
  expect(after(...events)).toBe(awaited);
});

test("what was said behind a reason is never cut off: from then on only the end itself is one", () => {
  const signs = fc.record({ said: fc.boolean(), reason: fc.boolean(), last: fc.boolean() });
  fc.assert(
    fc.property(fc.array(signs), fc.array(signs), (before, later) => {
      expect(after(...before, reason, word, ...later)).toBe("answer");
    }),
  );
});
