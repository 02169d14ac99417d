import { columnsOf } from "../terminal/plain-text.ts";

const before = "...";

/** The end of a plain line, in so many columns: whole words, as far as there are any. */
export function endOf(line: string, columns: number): string {
  if (columnsOf(line) <= columns) return line;
  const room = columns - before.length;
  let used = 0;
  let start = line.length;
  for (const character of Array.from(line).toReversed()) {
    used += columnsOf(character);
    if (used > room) break;
    start -= character.length;
  }
  const end = line.slice(start);
  const blank = end.indexOf(" ");
  // A word that has no end in sight is shown in part.
  return before + (blank >= 0 && blank < end.length / 2 && line.charAt(start - 1) !== " " ? end.slice(blank + 1) : end);
}
