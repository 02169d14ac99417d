import fc from "fast-check";
import { expect, test } from "vitest";
import { createPatternFinder } from "./pattern-finder.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 5 });

test("at every place: the longest pattern that ends there, and how much of one may begin there", () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 6 }),
      fc.string({ unit: fc.constantFrom("a", "b", "c", "d") }),
      (patterns, text) => {
        const finder = createPatternFinder(patterns);
        const starts = text.split("").map((letter) => patterns.some((pattern) => pattern.startsWith(letter)));
        expect(finder.firstStart(text)).toBe([...starts, true].indexOf(true));
        let state = 0;
        for (let i = 0; i < text.length; i += 1) {
          state = finder.next(state, text.charCodeAt(i));
          const read = text.slice(0, i + 1);
          const longest = (fits: (part: string) => boolean): number =>
            Array.from({ length: read.length }, (_, n) => read.length - n).find((n) => fits(read.slice(-n))) ?? 0;
          expect(finder.matched(state)).toBe(longest((part) => patterns.includes(part)));
          expect(finder.pending(state)).toBe(longest((part) => patterns.some((pattern) => pattern.startsWith(part))));
        }
      },
    ),
  );
});

test("its steps grow with the text, not with the number of patterns", () => {
  const text = "sk-proj-".repeat(10_000);
  const steps = (count: number): number => {
    const finder = createPatternFinder(Array.from({ length: count }, (_, i) => `sk-proj-${i}-abcdefgh`));
    let taken = 0;
    let state = 0;
    for (let i = 0; i < text.length; i += 1) {
      const before = finder.pending(state);
      state = finder.next(state, text.charCodeAt(i));
      // Each step back was gone forward before.
      taken += 1 + Math.max(0, before - finder.pending(state));
    }
    return taken;
  };
  expect(steps(1000)).toBe(steps(1));
  expect(steps(1000)).toBeLessThanOrEqual(2 * text.length);
});
