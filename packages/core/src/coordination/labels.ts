import { fold } from "./folded-text.ts";

/** The label of the candidate at a position of a reader's list. */
export function labelAt(index: number): string {
  return `agent${index + 1}`;
}

/** The nonce that models copy along with a label: `agent2 k=ABCDEFGHIJ`. */
const copiedNonce = String.raw`(?:\s?k\s?=\s?["']?\w{1,16}(?!\w)["']?)?`;

const loneLabel = new RegExp(String.raw`^[\s"'\x60<*]*agent\s?[_#-]?\s?(\d{1,4})${copiedNonce}[\s"'\x60>*.]*$`, "i");
const maxLabelChars = 200;

/**
 * The number in a text that is nothing but a label, in the ways models write it: `agent2`, `Agent 2`, "**agent_2**",
 * with or without the nonce.
 */
export function labelNumber(text: string): number | undefined {
  const match = text.length <= maxLabelChars ? loneLabel.exec(text) : null;
  return match ? Number(match[1]) : undefined;
}

/** The number in an answer to the question for a label: there a bare number is one too. */
export function askedNumber(answer: unknown): number | undefined {
  if (typeof answer === "number") return answer;
  if (typeof answer !== "string") return undefined;
  const bare = /^\s{0,9}#?(\d{1,4})\s{0,9}$/.exec(answer)?.[1];
  return bare === undefined ? labelNumber(answer) : Number(bare);
}

/** Replaces a label that was not on the voter's ballot. */
export const unlisted = "[no such answer]";

// `agents 1, 2 and 3`: a bare number counts as a label only after the plural.
const further = String.raw`(?:\s?(?:,|;|&|\+|/|-|and|or|to|vs\.?)\s?(?:and|or)?\s?#?\d{1,9}(?![a-z0-9])){0,20}`;
// `agent(1)`, `agent:1`, `agent no. 1`; a blank after a colon or full stop starts something else.
const sign = String.raw`(?:\s?[_#-]?\s?|[:=*~"'\x60(\[{<.]{1,3}|\s?[("'\x60*\[]{1,3}|\s?(?:no\.?|nr\.?|number)\s?)`;
const labels = new RegExp(
  String.raw`(?<![a-z0-9])(?:agents${sign}\d{1,9}(?![a-z0-9])${further}|agent${sign}\d{1,9}(?![a-z0-9]))${copiedNonce}`,
  "gi",
);

/**
 * Replaces the labels in a vote's reason, which refer to positions on the voter's ballot, with other names for the same
 * candidates. Finds every spelling (`Agent 2`, look-alikes, `agents 1 and 2`). A label beyond the list becomes {@link
 * unlisted}, since it might mean a candidate to another reader.
 *
 * @param reason of a bounded length
 */
export function relabel(reason: string, names: readonly string[]): string {
  let shown = "";
  let done = 0;
  for (const { text, start, end } of labelsIn(reason)) {
    shown += `${reason.slice(done, start)}${renamed(text, names)}`;
    done = end;
  }
  return shown + reason.slice(done);
}

/** Every label or list of labels in a text, with its position. */
function labelsIn(source: string): { text: string; start: number; end: number }[] {
  const { text, sourceIndex } = fold(source);
  return [...text.matchAll(labels)].map((match) => {
    let last = match.index + match[0].length;
    // A source character that folds to several is replaced as a whole.
    while (last < text.length && sourceIndex(last) === sourceIndex(last - 1)) last++;
    return { text: match[0], start: sourceIndex(match.index), end: sourceIndex(last) };
  });
}

/** The replacement for one or more labels: the names, with the original text between them. */
function renamed(folded: string, names: readonly string[]): string {
  const list = (folded.split(/\s?k\s?=/i, 1)[0] ?? "").replace(/^agents?(\D{0,10})/i, (_, sign: string) =>
    // A bracket that opens before a number closes after it.
    sign.replace(/[^("'`*[{<]/g, ""),
  );
  const parts = list.split(/(\d+)/);
  return parts
    .map((part, i) => {
      if (i % 2 === 0) return part.replace("#", "");
      const between = parts[i - 1]?.trim();
      const [from, to] = [Number(parts[i - 2]), Number(part)];
      if (i > 1 && (between === "-" || between === "to") && to > from) {
        const within = Array.from({ length: Math.min(to - from, 20) }, (_, n) => nameOf(from + n + 1, names));
        return within.join(", ");
      }
      return nameOf(Number(part), names);
    })
    .map((part, i) => (i % 2 === 0 && ["-", "to"].includes(part.trim()) ? ", " : part))
    .join("");
}

function nameOf(number: number, names: readonly string[]): string {
  return names[number - 1] ?? unlisted;
}

/** The most characters of a vote's reason. */
export const maxReasonChars = 500;

/**
 * A vote's reason as it is kept: one line of at most 500 characters. Never cut inside a label, whose beginning may be
 * another label.
 */
export function reasonLine(reason: string): string {
  // Leading characters may turn into blanks that are trimmed, so it reads beyond 500.
  const line = oneLine(reason.slice(0, 4 * maxReasonChars));
  if (line.length <= maxReasonChars && reason.length <= 4 * maxReasonChars) return line;
  const cut = Math.min(maxReasonChars, line.length) - 1;
  const broken = labelsIn(line).find(({ start, end }) => start <= cut && cut <= end);
  return `${line
    .slice(0, broken?.start ?? cut)
    .toWellFormed()
    .trimEnd()}…`;
}

/**
 * Puts a text on one line: runs of line breaks and other control characters (except tabs) become a blank, and
 * characters that reorder text (bidirectional embeddings, overrides and isolates) are removed.
 */
export function oneLine(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- control characters are exactly what must go
      .replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
      .replace(/[\u202a-\u202e\u2066-\u2069]/g, "")
      .trim()
  );
}
