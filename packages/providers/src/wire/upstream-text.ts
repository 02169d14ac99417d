/** The most characters of upstream text that a message shows. */
const shownCharacters = 300;

/** Makes upstream text fit to be shown: web pages reduced to their title, secrets replaced, no stack traces or file paths, one line, cut. */
export function shownText(text: string, redact: (text: string) => string): string {
  const line = withoutInsides(redact(withoutMarkup(text)))
    .replace(/\s+/g, " ")
    .trim();
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters - 3)}...` : line;
}

/** What a server tells of its inside by accident: the frames of a stack, and where its files lie. */
function withoutInsides(text: string): string {
  return text
    .replace(/\s+at (?:async )?(?:[\w.$<>[\] ]+ )?\(?(?:file:\/\/)?\/[^\s)]*:\d+:\d+\)?/g, "")
    .replace(
      /(?:\/(?:app|etc|home|opt|private|root|srv|tmp|usr|var|Users|workspace))(?:\/[^\s"'`,;:)]+)+(?::\d+)*/g,
      "[path]",
    );
}

function withoutMarkup(text: string): string {
  if (!/^[\s\uFEFF]*<(?:!doctype|html|head|body|\?xml)/i.test(text)) return text;
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
  return title === undefined || title === "" ? "an HTML page" : `an HTML page titled "${title}"`;
}
