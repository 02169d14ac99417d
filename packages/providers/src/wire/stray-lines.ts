/** Collects lines that are no fields of an event and begin like a JSON object. */
export interface StrayLines {
  /** Takes the next piece of the stream, line feeds only. What it returns was ended by the next field in it. */
  readonly push: (piece: string) => string | undefined;
  /** What the end of the stream ends. */
  readonly end: () => string | undefined;
}

/** The most characters that are kept. */
const longestStray = 64 * 1024;

const field = /\n(?:data|event|id|retry):/;
const longestField = "\nretry:".length;

/** Makes a collector. Its time grows with the length of the stream; without such a line it is one search of each piece. */
export function createStrayLines(): StrayLines {
  let atLineStart = true;
  let kept: string | undefined;
  /** The end of what came: a field may be cut in two. */
  let tail = "";

  function start(piece: string): number {
    if (atLineStart && piece.startsWith("{")) return 0;
    const at = piece.indexOf("\n{");
    return at < 0 ? -1 : at + 1;
  }

  return {
    push(piece) {
      const from = kept === undefined ? start(piece) : 0;
      if (piece !== "") atLineStart = piece.endsWith("\n");
      if (from < 0) return undefined;
      const rest = piece.slice(from);
      const window = tail + rest;
      const next = field.exec(window);
      const stray = next === null ? rest : rest.slice(0, Math.max(0, next.index - tail.length));
      // Cut before it is joined: a cut through the joined text would copy all of it, for each piece.
      const text = (kept ?? "") + stray.slice(0, longestStray - (kept?.length ?? 0));
      kept = next === null ? text : undefined;
      tail = next === null ? window.slice(-longestField) : "";
      return next === null ? undefined : text;
    },
    end() {
      const text = kept;
      kept = undefined;
      return text;
    },
  };
}
