/**
 * The most commas and opening brackets (outside strings) of a JSON text that is parsed: that takes a fraction of a
 * second.
 */
const maxParts = 250_000;

/** The object in a JSON text; undefined for anything else, and for more than 250,000 parts. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^\s*\{/.test(text) || hasTooManyParts(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a JSON text has more than 250,000 parts. Long strings parse quickly; many small parts do not. */
export function hasTooManyParts(text: string): boolean {
  if (text.length <= maxParts) return false;
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if ((char === "," || char === "{" || char === "[") && ++parts > maxParts) return true;
  }
  return false;
}

/** The end of the string that begins here, or of the text if the string does not end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
