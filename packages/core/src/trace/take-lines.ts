/** The most characters of a line. */
const width = 100;

const lineEnd = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;

/**
 * Breaks text into lines: at its own line ends, and where a line would be too long, at its last blank. Takes only what
 * no further text can change, unless the text ends here.
 */
export function takeLines(text: string, ends: boolean): { readonly lines: string[]; readonly rest: string } {
  const lines: string[] = [];
  let start = 0;
  lineEnd.lastIndex = 0;
  let end = lineEnd.exec(text);
  for (;;) {
    if ((end?.index ?? text.length) - start > width) {
      const { line, length } = firstColumns(text.slice(start, start + width + 1));
      lines.push(line);
      start += length;
      continue;
    }
    const next = end === null ? text.length : end.index + end[0].length;
    // A carriage return that comes last may be half of a line end.
    if (end === null || (end[0] === "\r" && next === text.length && !ends)) break;
    lines.push(text.slice(start, end.index));
    start = next;
    end = lineEnd.exec(text);
  }
  if (!ends) return { lines, rest: text.slice(start) };
  if (start < text.length) lines.push(text.slice(start));
  return { lines, rest: "" };
}

/** The first line of a text that is one character too long for one. */
function firstColumns(text: string): { readonly line: string; readonly length: number } {
  const blank = text.lastIndexOf(" ");
  if (blank > 0) return { line: text.slice(0, blank), length: blank + 1 };
  // The two halves of one character stay together.
  const line = text.slice(0, /[\ud800-\udbff]/.test(text.charAt(width - 1)) ? width - 1 : width);
  return { line, length: line.length };
}
