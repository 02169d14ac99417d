/** The longest answer that is read loosely, in characters. */
const maxChars = 40;

const wordsOnly = /^[\p{L}\p{M}\p{Nd} ]+$/u;

/** Quotation marks that may stand around a whole answer, opening and closing. */
const quotes: ReadonlySet<string> = new Set(['""', "''", "“”", "‘’", "„“", "„”", "«»", "»«", "「」"]);

/**
 * The normal form of a short answer, without its quotes, final full stop and case: `Yes.`, `"Yes"` and `yes` are the
 * same answer. Undefined for anything longer than 40 characters or one line, or with other characters than letters,
 * digits and blanks inside.
 *
 * Case is ignored in words that are lower-case, capitalised or all capitals. `fooBar` is a name, and differs from
 * `foobar`.
 */
export function shortAnswer(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 4 * maxChars) return undefined;
  const answer = trimmed.normalize("NFC");
  if (answer.length > maxChars) return undefined;
  const bare = withoutMarks(answer);
  return wordsOnly.test(bare) ? bare.split(" ").map(withoutCase).join(" ") : undefined;
}

/** The full stop may be inside or outside the quotes. */
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
