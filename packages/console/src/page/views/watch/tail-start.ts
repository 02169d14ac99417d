/** Characters of a tail: at most, and after it was shortened. */
const most = 1600;
const shortened = 800;

/**
 * Where the end of a growing text begins that is worth drawing, given where it began before: at a line's beginning if
 * one is near, else at a word's, and seldom moved, since each move draws it anew.
 */
export function tailStart(text: string, before: number): number {
  if (before <= text.length && text.length - before <= most) return before;
  const from = Math.max(0, text.length - shortened);
  const line = text.indexOf("\n", from);
  if (line !== -1 && line < text.length - shortened / 2) return line + 1;
  const blank = text.indexOf(" ", from);
  return blank === -1 ? from : blank + 1;
}
