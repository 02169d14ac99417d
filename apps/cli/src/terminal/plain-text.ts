/**
 * Written by whom it may be: what a terminal would act on is left out. The two joiners belong to words and to emoji.
 */
const acted = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}](?<![\n\u200c\u200d])/gu;
/** What sets colours, moves the cursor or renames a window. Node's own function takes quadratic time. */
export const escapes =
  /\p{Cc}(?<![\t\n\v\f\r\u0085])(?:\[[\d;?]{0,40}[@-~]|\][^\p{Cc}]{0,2000}(?:\p{Cc}(?<![\t\n\v\f\r\u0085])\\?)?)/gu;
const lineEnds = /\r\n|[\v\f\r\u0085\u2028\u2029]/g;

/** What makes the character before it an emoji, which takes a second column. */
const emojiSelector = "\ufe0f";
/** Characters that take no column, and those that take two. */
const narrow = /[\p{M}\u200c\u200d]/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

const more = "...";

/** A foreign text as one line without control characters. Reads no more of it than may be shown. */
export function plainLine(text: string, mostChars = 2000): string {
  return plainBlock(text, mostChars).replaceAll(/\s+/g, " ").trim();
}

/** A foreign text without control characters, except ends of lines; at most so many characters, and what was cut. */
export function plainBlock(text: string, mostChars: number): string {
  const shown = cutText(text, mostChars).toWellFormed();
  const bare = shown.replaceAll(escapes, "").replaceAll(lineEnds, "\n").replaceAll("\t", "  ").replaceAll(acted, "");
  const left = text.length - shown.length;
  return left > 0 ? `${bare}${more} (${left} more characters)` : bare;
}

function cutText(text: string, most: number): string {
  const half = text.length > most && /[\ud800-\udbff]/.test(text.charAt(most - 1));
  return text.slice(0, half ? most - 1 : most);
}

/** Columns that a plain text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfOne(character);
  return columns;
}

function columnsOfOne(character: string): number {
  if (/^[ -~]$/.test(character) || character === emojiSelector) return 1;
  return narrow.test(character) ? 0 : wide.test(character) ? 2 : 1;
}

/** A plain line, cut to so many columns. */
export function fitted(line: string, columns: number): string {
  if (columnsOf(line) <= columns) return line;
  const room = Math.max(0, columns - more.length);
  return (pieceOf(line, room).trimEnd() + more).slice(0, Math.max(columns, 0));
}

/** A plain line, cut or filled up to so many columns. */
export function padded(line: string, columns: number, side: "left" | "right" = "left"): string {
  const text = fitted(line, columns);
  const blanks = " ".repeat(Math.max(0, columns - columnsOf(text)));
  return side === "left" ? text + blanks : blanks + text;
}

/** The lines of a plain text, none longer than so many columns: broken at blanks, and words where they are longer. */
export function wrapped(text: string, columns: number): readonly string[] {
  return text.split("\n").flatMap((line) => wrappedLine(line.trimEnd(), Math.max(columns, 10)));
}

function wrappedLine(line: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  for (let piece = pieceOf(rest, columns); piece.length < rest.length; piece = pieceOf(rest, columns)) {
    const blank = rest.charAt(piece.length) === " " ? piece.length : piece.lastIndexOf(" ");
    const end = blank < 0 || piece.slice(0, blank).trim() === "" ? piece.length : blank;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest === "" && lines.length > 0 ? lines : [...lines, rest];
}

/** As much of the beginning as fits, at least a character. */
function pieceOf(text: string, columns: number): string {
  let used = 0;
  let piece = "";
  for (const character of text) {
    used += columnsOfOne(character);
    if (used > columns && piece !== "") break;
    piece += character;
  }
  return piece;
}
