import { escapes, plainBlock } from "./plain-text.ts";

/** At the end of a text: half a line end, half a character, or the beginning of an escape sequence. */
const unfinished = /(?:[\r\ud800-\udbff]|\p{Cc}(?<![\t\n\v\f\r\u0085])(?:\[[\d;?]{0,40})?)$/u;

/** A foreign text that comes in pieces, made harmless for a terminal. */
export interface PlainStream {
  /** What can be shown now that this piece has come. */
  readonly push: (piece: string) => string;
  /** What was held back until the end was known. */
  readonly end: () => string;
}

/**
 * Takes out of a text in pieces what {@link plainBlock} takes out of it as a whole: the same remains wherever it was
 * cut. Holds back some two thousand characters at most.
 */
export function plainStream(): PlainStream {
  let held = "";
  const plain = (text: string): string => plainBlock(text, Infinity);
  return {
    push(piece) {
      const text = held + piece;
      const from = firstUnfinished(text);
      held = text.slice(from);
      return plain(text.slice(0, from));
    },
    end() {
      const rest = plain(held);
      held = "";
      return rest;
    },
  };
}

/** From where on more text may change what remains. */
function firstUnfinished(text: string): number {
  let behind = 0;
  for (const { index, 0: escape } of text.matchAll(escapes)) {
    behind = index + escape.length;
    // The title of a window ends where its last character says, which may still come.
    if (behind === text.length && escape.charAt(1) === "]") return index;
  }
  return behind + (unfinished.exec(text.slice(behind))?.index ?? text.length - behind);
}
