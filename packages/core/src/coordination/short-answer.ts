/** The longest answer that is read loosely, in characters. */
const maxChars = 40;

const wordsOnly = /^[\p{L}\p{M}\p{Nd} ]+$/u;

/** Quotation marks that may stand around a whole answer, opening and closing. */
const quotes: ReadonlySet<string> = new Set(['""', "''", "“”", "‘’", "„“", "„”", "«»", "»«", "「」"]);

/**
 * What a short answer says, whatever its quotes, its final full stop and its case: `Yes.`, `"Yes"` and `yes` are one answer. Undefined for
 * a text that is no short answer: longer than 40 characters or than a line, or with anything in it but letters, digits and blanks once
 * the outer quotes and one final full stop are gone.
 *
 * A word counts whatever its case if it is written small, with a capital or all in capitals; `fooBar` is a name, and another one than `foobar`.
 */
export function shortAnswer(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 4 * maxChars) return undefined;
  const answer = trimmed.normalize("NFC");
  if (answer.length > maxChars) return undefined;
  const bare = withoutMarks(answer);
  return wordsOnly.test(bare) ? bare.split(" ").map(withoutCase).join(" ") : undefined;
}

/** The full stop may stand inside the quotes or behind them. */
function withoutMarks(answer: string): string {
  const outside = withoutStop(answer);
  const inside = withoutQuotes(outside);
  return (outside === answer ? withoutStop(inside) : inside).trim();
}

function withoutStop(text: string): string {
  return text.endsWith(".") || text.endsWith("。") ? text.slice(0, -1).trimEnd() : text;
}

function withoutQuotes(text: string): string {
  return text.length > 2 && quotes.has(`${text.at(0)}${text.at(-1)}`) ? text.slice(1, -1).trim() : text;
}

function withoutCase(word: string): string {
  const small = word.toLowerCase();
  const [first = ""] = small;
  const capital = first.toUpperCase() + small.slice(first.length);
  return word === capital || word === word.toUpperCase() ? small : word;
}
