/** The most of a text that is compared. */
const mostChars = 200_000;

/**
 * A text as it is compared: without case, marks of Markdown, blanks, and quotes and punctuation around it. Reads the
 * first 200,000 characters.
 */
export function normalText(text: string): string {
  const plain = text.slice(0, mostChars).normalize("NFKC").toLowerCase().replaceAll(/[*_`]/g, "");
  const words = plain.split(/\s/u).filter((word) => word !== "");
  return trimmed(words.join(" "));
}

const around = /^[\p{P}\s]$/u;

/** By hand, because a pattern that ends in `+$` takes quadratic time. Signs of numbers stay. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && around.test(text.charAt(start)) && !/[-−.]/.test(text.charAt(start))) start += 1;
  while (end > start && around.test(text.charAt(end - 1)) && text.charAt(end - 1) !== "%") end -= 1;
  return text.slice(start, end);
}
