import { statedAnswer } from "./stated-answer.ts";

/** Of a text, what is looked at: a result stands at its end. */
const mostChars = 20_000;
/** No number is written with more characters. */
const longestNumber = 60;

const number = /[-−+]?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?/gi;

/**
 * The number that a text comes to: the first in what it states as its answer, else the last one. Understands `1,234.5`,
 * `-3`, `1e6`, `$12`, `50%` (as 50). Undefined where there is none.
 */
export function numberIn(text: string): number | undefined {
  const stated = statedAnswer(text);
  const inAnswer = stated === undefined ? undefined : numbersIn(stated)[0];
  return inAnswer ?? numbersIn(text.slice(-mostChars)).at(-1);
}

function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(number)].flatMap(({ 0: written, index }) => {
    if (written.length > longestNumber) return [];
    // Behind a word or a number it is a hyphen, not a sign: `top-10`, `3-5`.
    const signed = /[\p{L}\d]/u.test(text.charAt(index - 1));
    const value = Number(written.replaceAll(",", "").replace("−", "-"));
    return Number.isFinite(value) ? [signed ? Math.abs(value) : value] : [];
  });
}

/** Whether a number is the expected one. */
export function isNear(value: number, expected: number, tolerance: number): boolean {
  // What binary fractions cannot hold is no difference: 0.1 + 0.2 is 0.3.
  const rounding = 1e-9 * Math.max(Math.abs(value), Math.abs(expected));
  return Math.abs(value - expected) <= tolerance + rounding;
}
