/** The most characters of upstream text that a message shows, unless its caller says otherwise. */
const shownCharacters = 300;

/** The most characters that are read: the message stands at the beginning. */
export const readCharacters = 32 * 1024;

/**
 * How much is dropped at the end of a cut text: the cut may have split a secret, and half a secret is not recognised.
 * No secret is longer in any of its spellings.
 */
const secretMargin = 8 * 1024;

/**
 * The most characters that are searched for stack frames and file paths. The text is redacted before, so this cut is
 * harmless.
 */
const lineCharacters = 4 * 1024;

/**
 * Prepares upstream text for a message: web pages reduced to their title, secrets replaced, no stack traces or file
 * paths, one line, cut at `most` characters. Reads the first {@link readCharacters} characters only.
 */
export function shownText(text: string, redact: (text: string) => string, most = shownCharacters): string {
  const head = text.slice(0, readCharacters);
  const redacted = redact(head);
  const safe = head.length < text.length ? redacted.slice(0, -secretMargin) : redacted;
  const line = withoutMarkup(safe)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, lineCharacters);
  return cut(withoutPaths(withoutFrames(line)), most);
}

function cut(line: string, most: number): string {
  const text = line.toWellFormed();
  return text.length > most ? `${text.slice(0, most - 3)}...`.toWellFormed() : text;
}

/** The most words of a function's name in a stack frame: `async Object.<anonymous> [as run]`. */
const frameWords = 6;

/** Removes stack frames, which a server shows by accident: `at`, the name of a function, a place in a file. */
function withoutFrames(line: string): string {
  if (!line.includes(" at ")) return line;
  const words = line.split(" ");
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const place = words[at] === "at" ? words.slice(at + 1, at + 2 + frameWords).findIndex(isPlace) : -1;
    if (place >= 0) at += 1 + place;
    else kept.push(words[at] ?? "");
  }
  return kept.join(" ");
}

/** Whether a word is a position in a file: `(/srv/app/index.js:1:2)`, `file:///app/x.mjs:3:4`. */
function isPlace(word: string): boolean {
  return /^\(?(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])/.test(word) && /:\d{1,9}:\d{1,9}[),;.]?$/.test(word);
}

/** Removes the paths of a server's files. */
function withoutPaths(line: string): string {
  return line.replace(
    /\/(?:app|etc|home|opt|private|root|srv|tmp|usr|var|Users|workspace)\/[^\s"'`,;:)]+(?::\d{1,9}){0,2}/g,
    "[path]",
  );
}

function withoutMarkup(head: string): string {
  if (!/^\uFEFF?<(?:!doctype|html|head|body|\?xml)/i.test(head.trimStart())) return head;
  const opened = head.search(/<title[\s>]/i);
  const from = opened < 0 ? -1 : head.indexOf(">", opened);
  const to = from < 0 ? -1 : head.indexOf("<", from);
  const title = to < 0 ? "" : head.slice(from + 1, to).trim();
  return title === "" ? "an HTML page" : `an HTML page titled "${title}"`;
}
