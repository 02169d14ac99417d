import { plainLine } from "../terminal/plain-text.ts";

/** How far into a text its first sentence is looked for. */
const mostRead = 2000;
/** A shorter sentence, such as `Yes.` or the number of a list's first entry, says nothing by itself. */
const leastSentence = 8;

const sentenceEnd = /[.!?…](?=["'”’)\]*_`]{0,4}(?:\s|$))["'”’)\]*_`]{0,4}|[。！？]/gu;

/** The first sentence of an answer as one plain line; with ` ...` when there is more of the answer. */
export function firstSentence(text: string): string {
  const read = text.slice(0, mostRead).trim();
  const [first = ""] = /^[^\n\v\f\r\u0085\u2028\u2029]*/.exec(read) ?? [];
  const ends = [...first.matchAll(sentenceEnd)].map((match) => match.index + match[0].length);
  const sentence = first.slice(0, ends.find((end) => end >= leastSentence) ?? first.length).trimEnd();
  const whole = sentence.length === read.length && text.length <= mostRead;
  const plain = plainLine(sentence.replace(/^#{1,6} /, ""));
  return whole ? plain : `${plain} ...`;
}
