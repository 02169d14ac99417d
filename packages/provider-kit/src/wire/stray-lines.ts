/** Collects lines outside of event fields that begin like a JSON object. */
export interface StrayLines {
  /** Takes the next piece of the stream, with line feeds only. Returns the lines that ended in it. */
  readonly push: (piece: string) => readonly Stray[];
  /** Returns the line that was open at the end of the stream. */
  readonly end: () => string | undefined;
}

interface Stray {
  readonly text: string;
  /** Where it begins in the piece; 0 if it began before. */
  readonly at: number;
}

/** The most characters that are kept. */
const longestStray = 64 * 1024;

const longestField = "\nretry:".length;

/**
 * Makes a collector. Its time grows with the length of the stream; without such a line it is one search of each piece.
 */
export function createStrayLines(): StrayLines {
  const field = /\n(?:data|event|id|retry):/g;
  let atLineStart = true;
  let kept: string | undefined;
  /** The end of what came: a field may be cut in two. */
  let tail = "";

  function startIn(piece: string, from: number): number {
    if (from === 0 && atLineStart && piece.startsWith("{")) return 0;
    const at = piece.indexOf("\n{", from);
    return at < 0 ? -1 : at + 1;
  }

  /** Where the next field begins; negative if it began before the piece. */
  function endIn(piece: string, from: number): number | undefined {
    const window = from === 0 ? tail + piece : piece;
    const before = window.length - piece.length;
    field.lastIndex = from;
    const next = field.exec(window);
    return next === null ? undefined : next.index - before;
  }

  function keep(piece: string, from: number): void {
    // Cut before joining: cutting the joined text would copy all of it for each piece.
    kept = (kept ?? "") + piece.slice(from, from + longestStray - (kept?.length ?? 0));
    tail = (from === 0 ? tail + piece : piece.slice(from)).slice(-longestField);
  }

  return {
    push(piece) {
      const found: Stray[] = [];
      let from = kept === undefined ? startIn(piece, 0) : 0;
      if (kept === undefined) tail = "";
      while (from >= 0) {
        const next = endIn(piece, from);
        if (next === undefined) {
          keep(piece, from);
          break;
        }
        const text = (kept ?? "") + piece.slice(from, Math.max(from, next));
        found.push({ text: text.slice(0, next < 0 ? next : undefined).slice(0, longestStray), at: from });
        kept = undefined;
        tail = "";
        from = startIn(piece, Math.max(1, next));
      }
      if (piece !== "") atLineStart = piece.endsWith("\n");
      return found;
    },
    end() {
      const text = kept;
      kept = undefined;
      return text;
    },
  };
}
