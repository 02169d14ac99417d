const plain = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** A number of things with their name: `1 call`, `1,204 calls`. */
export function count(things: number, name: string): string {
  return `${plain.format(things)} ${name}${things === 1 ? "" : "s"}`;
}

/** A large number in few characters: `980`, `12.3K`. */
export function brief(things: number): string {
  return things < 1000 ? plain.format(things) : short.format(things);
}

/** How many words a text has. */
export function wordsIn(text: string): number {
  let words = 0;
  let inside = false;
  for (let at = 0; at < text.length; at += 1) {
    // Blanks, line ends and everything below them in Unicode's first row.
    const blank = text.charCodeAt(at) <= 32;
    if (!blank && !inside) words += 1;
    inside = !blank;
  }
  return words;
}
