import { evaluate, written, type Arithmetic, type Token } from "./expression.ts";
import { added, decimalOf, divided, type Fraction, fractionOf, multiplied, negated } from "./fraction.ts";
import type { Task } from "./task.ts";

const mostTokens = 60;

/** Words around a sum that leave it one. A question with any other word is about something else. */
const around = new Set(
  "a answer and calculate can compute do does equal equals evaluate exactly find for give how i is it just make me much of out please question quick result solve sum tell the this to value what what's whats work you".split(
    " ",
  ),
);

const words: ReadonlyMap<string, string> = new Map([
  ["plus", "+"],
  ["minus", "-"],
  ["times", "*"],
  ["x", "*"],
  ["multiplied", "*"],
  ["divided", "/"],
  ["×", "*"],
  ["·", "*"],
  ["÷", "/"],
  ["−", "-"],
]);

/** A sum such as `What is 25 * 4?`, with whole numbers, decimals, brackets and the four operations. */
export function sumTask(question: string): Task | undefined {
  const tokens = tokensOf(question);
  if (tokens?.some((token) => "+-*/".includes(token)) !== true) return undefined;
  const exact = evaluate(tokens, fractions);
  const sloppy = evaluate(tokens, withoutCarrying);
  if (exact === "no sum" || sloppy === "no sum") return undefined;
  const [right, floating] = [shown(exact), Number(evaluate(tokens, floats))];
  const same = exact !== undefined && Math.abs(floating - Number(right.replace("about ", ""))) < 1e-6;
  return {
    lead: `${written(tokens)} = `,
    right,
    sloppy: shown(sloppy),
    checked: same
      ? "Worked out a second time, with floating-point numbers, it is the same."
      : "Done in exact fractions.",
  };
}

function shown(value: Fraction | undefined): string {
  return value === undefined ? "nothing, because nothing can be divided by 0" : decimalOf(value);
}

/** Undefined for a text with other words than belong to a sum, with too many parts, or with a date. */
function tokensOf(question: string): readonly Token[] | undefined {
  if (/\d{4}-\d\d-\d\d/.test(question)) return undefined;
  const parts = question.toLowerCase().match(/\d[\d,]{0,19}(?:\.\d{1,6})?|\p{L}[\p{L}'’]{0,20}|\S/gu) ?? [];
  const tokens: Token[] = [];
  for (const part of parts) {
    const token = words.get(part) ?? part;
    if (/^\d/.test(token)) tokens.push(token.replaceAll(",", ""));
    else if (/^[-+*/()]$/.test(token)) tokens.push(token);
    else if (token === "by" && /^[*/]$/.test(tokens.at(-1) ?? "")) continue;
    else if (!around.has(token.replace("’", "'")) && !/^[?.!:="'`]$/.test(token)) return undefined;
  }
  return tokens.length > mostTokens ? undefined : tokens;
}

const fractions: Arithmetic<Fraction> = {
  read: fractionOf,
  apply(a, operator, b) {
    switch (operator) {
      case "+":
        return added(a, b);
      case "-":
        return added(a, negated(b));
      case "*":
        return multiplied(a, b);
      case "/":
        return divided(a, b);
    }
  },
};

const floats: Arithmetic<number> = {
  read: Number,
  apply: (a, operator, b) => (operator === "+" ? a + b : operator === "-" ? a - b : operator === "*" ? a * b : a / b),
};

/** Forgets to carry: 25 * 4 is 80 and 15 + 7 is 12. Everything else is right. */
const withoutCarrying: Arithmetic<Fraction> = {
  read: fractionOf,
  apply(a, operator, b) {
    const [left, right] = [digitsOf(a), digitsOf(b)];
    if (left === undefined || right === undefined || operator === "-" || operator === "/") {
      return fractions.apply(a, operator, b);
    }
    const places: number[] = [];
    if (operator === "+") {
      for (let at = 0; at < Math.max(left.length, right.length); at += 1)
        places[at] = (left[at] ?? 0) + (right[at] ?? 0);
    } else {
      for (const [i, digit] of left.entries()) {
        for (const [j, other] of right.entries()) places[i + j] = (places[i + j] ?? 0) + digit * other;
      }
    }
    return fractionOf(
      places
        .map((place) => place % 10)
        .reverse()
        .join(""),
    );
  },
};

/** The digits of a whole number that is not negative, the last one first. */
function digitsOf({ over, under }: Fraction): readonly number[] | undefined {
  return under === 1n && over >= 0n ? Array.from(String(over), Number).reverse() : undefined;
}
