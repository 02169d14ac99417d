/** The most characters of the end of a text that are kept: more than the widest line shows. */
const mostTail = 1200;

/** A character of a script that writes no blanks between words counts as one. */
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
const endsInWord = /[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;
const beginsInWord = /^[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** A text that is being written: how long it is, and its end. */
export interface Writing {
  readonly words: number;
  readonly tail: string;
}

export const nothingWritten: Writing = { words: 0, tail: "" };

/** A text with a further piece. The pieces may be cut anywhere. */
export function written({ words, tail }: Writing, piece: string): Writing {
  const goesOn = endsInWord.test(tail) && beginsInWord.test(piece);
  const more = (piece.match(word)?.length ?? 0) - (goesOn ? 1 : 0);
  return { words: words + more, tail: (tail + piece).slice(-mostTail) };
}
