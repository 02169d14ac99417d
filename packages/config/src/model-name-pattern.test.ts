import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesPattern } from "./model-name-pattern.ts";

test.each([
  ["claude-haiku-*", "claude-haiku-4-5", true],
  ["claude-haiku-*", "claude-haiku-", true],
  ["claude-haiku-*", "claude-haiku", false],
  ["*mini*", "gpt-5-mini-2025", true],
  ["*mini", "gpt-5-mini-2025", false],
  ["a*a", "a", false],
  ["a*b*a", "aba", true],
  ["a*ba", "aba", true],
  ["ab*ba", "aba", false],
  ["*", "", true],
  ["**", "x", true],
  ["gpt-5.1", "gpt-5x1", false],
  ["GPT-5", "gpt-5", false],
  ["x", "x", true],
])("%s and %s: %s", (pattern, name, matches) => {
  expect(matchesPattern(name, pattern)).toBe(matches);
});

/** Says the same in as few words as possible, however long it takes. */
function matchesPlainly(name: string, pattern: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return name === "";
  if (first !== "*") return name[0] === first && matchesPlainly(name.slice(1), rest.join(""));
  return Array.from({ length: name.length + 1 }, (_, at) => name.slice(at)).some((end) =>
    matchesPlainly(end, rest.join("")),
  );
}

test("matches what its definition matches", () => {
  const text = (letters: string) =>
    fc.array(fc.constantFrom(...letters.split("")), { maxLength: 8 }).map((characters) => characters.join(""));
  fc.assert(
    fc.property(text("ab"), text("ab*"), (name, pattern) => {
      expect(matchesPattern(name, pattern)).toBe(matchesPlainly(name, pattern));
    }),
  );
});

test("the worst pattern takes no time that grows faster than the name and the pattern", () => {
  const name = "a".repeat(256);
  const began = performance.now();
  for (let times = 0; times < 1000; times += 1) expect(matchesPattern(name, `${"a*".repeat(127)}b`)).toBe(false);
  // Going back over the name would take longer than the age of the universe.
  expect(performance.now() - began).toBeLessThan(5000);
});
