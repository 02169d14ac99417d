/** What stands before and behind a repetition. */
export type Frame = readonly [before: string, behind: string];

/** A function that reads foreign text, as the corpus feeds it. */
export interface Reader {
  /** The function's name, and what is put into it. */
  readonly name: string;
  /** Where a repetition stands in what it reads; each frame is a case of its own. Default: alone. */
  readonly frames?: readonly Frame[];
  /** The most characters that can come to it, where others before it cut or refuse what is longer. */
  readonly most?: number;
  /**
   * What a text of its greatest length may take, where that is set: characters, and milliseconds of CPU. Else the
   * bench's own bounds hold.
   */
  readonly bound?: { readonly characters: number; readonly ms: number };
  /** Whether text comes to it in pieces; otherwise it reads whole texts only. */
  readonly inPieces?: boolean;
  /** Reads one text, which comes in these pieces. What it throws is as good as an answer: only its cost counts. */
  readonly read: (pieces: readonly string[]) => unknown;
}

/** Of a reader of whole texts. */
export function whole(read: (text: string) => unknown): Reader["read"] {
  return ([text = ""]) => read(text);
}
