import { statedAnswer } from "./stated-answer.ts";

/** Of a text, what is looked at: the end, or the beginning where the choice is all that it says there. */
const mostChars = 20_000;

const atStart = /^[\s"'([]{0,10}(?:(?:option|choice)\s)?["'([]?([A-Za-z])(?:["')\].:,;]|$)/i;
const inText = /\(([A-Z])\)|\b(?:option|choice)\s\(?([A-Z])\b/gi;

/**
 * The letter that a text chooses, as a capital: in what it states as its answer, at its beginning, alone in its last
 * line, or the last in brackets. Undefined where it chooses none.
 */
export function choiceIn(text: string): string | undefined {
  const stated = statedAnswer(text);
  const plain = text.slice(0, mostChars).replaceAll(/[*_`]/g, "").trim();
  const end = text.slice(-mostChars).replaceAll(/[*_`]/g, "").trim();
  const found =
    (stated === undefined ? undefined : (startOf(stated) ?? lastOf(stated) ?? /^([A-Z])\b/.exec(stated)?.[1])) ??
    startOf(plain) ??
    startOf(end.slice(end.lastIndexOf("\n") + 1)) ??
    lastOf(end);
  return found?.toUpperCase();
}

function startOf(text: string): string | undefined {
  return atStart.exec(text.slice(0, 100))?.[1];
}

function lastOf(text: string): string | undefined {
  const last = [...text.matchAll(inText)].at(-1);
  return last?.[1] ?? last?.[2];
}
