/** The most characters of upstream text that a message shows. */
const shownCharacters = 300;

/** Makes upstream text fit to be shown: web pages reduced to their title, secrets replaced, one line, cut. */
export function shownText(text: string, redact: (text: string) => string): string {
  const line = redact(withoutMarkup(text)).replace(/\s+/g, " ").trim();
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters - 3)}...` : line;
}

function withoutMarkup(text: string): string {
  if (!/^[\s\uFEFF]*<(?:!doctype|html|head|body|\?xml)/i.test(text)) return text;
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
  return title === undefined || title === "" ? "an HTML page" : `an HTML page titled "${title}"`;
}
