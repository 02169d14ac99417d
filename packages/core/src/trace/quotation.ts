/** The most characters of a quotation. */
const maxQuotation = 120;
/**
 * A shorter sentence (`Yes.`, the number of a list's first entry) says nothing by itself: the next one is added to it.
 */
const minSentence = 8;
/** How far into a text its first sentence is looked for. */
const maxRead = 2000;

const more = " ...";

/** The end of a sentence, with the quotes, brackets and emphasis marks that close behind it. */
const sentenceEnd = /[.!?…](?=["'”’)\]*_`]{0,4}(?:\s|$))["'”’)\]*_`]{0,4}|[。！？]/gu;

/**
 * The first sentence of an answer for a line of a trace, with control characters and markup as text. Ends with ` ...`
 * when there is more of the answer.
 */
export function quotation(text: string): string {
  const read = text.slice(0, maxRead).toWellFormed().trim();
  const line = /^[^\n\v\f\r\u0085\u2028\u2029]*/.exec(read)?.[0] ?? "";
  const end = [...line.matchAll(sentenceEnd)].map((match) => match.index + match[0].length);
  const sentence = line.slice(0, end.find((index) => index >= minSentence) ?? line.length).trimEnd();
  const whole = sentence.length === read.length && text.length <= maxRead;
  const shown = asText(sentence);
  const length = shown.reduce((sum, part) => sum + part.length, 0);
  if (whole && length <= maxQuotation) return shown.join("");
  return cut(shown, maxQuotation - more.length) + more;
}

/** As many parts as fit, up to the end of a word where one ends in the second half. */
function cut(parts: readonly string[], maxChars: number): string {
  let length = 0;
  const fits = parts.findIndex((part) => (length += part.length) > maxChars);
  if (fits === -1) return parts.join("");
  const blank = parts.lastIndexOf(" ", fits);
  return parts
    .slice(0, blank > fits / 2 ? blank : fits)
    .join("")
    .trimEnd();
}

// The two joiners belong to words and to emoji.
const control = /[\p{Cc}\p{Cf}](?<![\u200c\u200d])/u;
/** What begins markup inside a line of Markdown or HTML. */
const markup = /[\\`*<[]/;
/** Any of these, or an underscore. */
const special = /[\p{Cc}\p{Cf}\\`*<[_]/u;
const wordCharacter = /[\p{L}\p{N}]/u;

/** The characters of a text, each written so that neither a terminal nor a reader of Markdown acts on it. */
function asText(text: string): string[] {
  const characters = Array.from(text.replaceAll("\t", " "));
  if (!special.test(text)) return characters;
  return characters.map((character, i) => {
    if (control.test(character)) return `\\u{${character.codePointAt(0)?.toString(16)}}`;
    if (markup.test(character)) return `\\${character}`;
    // Inside a word it is part of a name.
    const inside = wordCharacter.test(characters[i - 1] ?? "") && wordCharacter.test(characters[i + 1] ?? "");
    return character === "_" && !inside ? `\\${character}` : character;
  });
}
