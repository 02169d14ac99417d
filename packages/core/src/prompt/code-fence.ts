const maxFenceLine = 200;
const opens = /^```[a-z]*[ \t]*\r?$/i;
const closes = /^[ \t]*```[ \t]*\r?$/;

/**
 * The content of a text's only code fence, if other words surround it; undefined if there are none or several. Looks
 * only at lines with a fence, each once.
 */
export function onlyFence(text: string): string | undefined {
  let openedAt: number | undefined;
  let inside: string | undefined;
  for (let at = text.indexOf("```"); at >= 0;) {
    const start = text.lastIndexOf("\n", at) + 1;
    const lineEnd = text.indexOf("\n", at);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const line = end - start <= maxFenceLine ? text.slice(start, end) : "";
    if (openedAt === undefined) {
      if (opens.test(line)) openedAt = end + 1;
    } else if (closes.test(line)) {
      if (inside !== undefined) return undefined;
      inside = text.slice(openedAt, start).trim();
      openedAt = undefined;
    }
    at = lineEnd < 0 ? -1 : text.indexOf("```", lineEnd);
  }
  return inside;
}

/** The content of a code fence around the whole text, or else the text itself; without outer blanks. */
export function withoutFence(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length < 6 || !trimmed.startsWith("```") || !trimmed.endsWith("```")) return trimmed;
  return trimmed
    .slice(3, -3)
    .replace(/^[a-z]{0,40}\s/i, "")
    .trim();
}
