/** Collects lines that are no fields of an event and begin like a JSON object. */
export interface StrayLines {
  /** Takes the next piece of the stream, line feeds only. What it returns was ended by fields in it. */
  readonly push: (piece: string) => readonly string[];
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
      const ended: string[] = [];
      const from = kept === undefined ? start(piece) : 0;
      if (piece !== "") atLineStart = piece.endsWith("\n");
      for (let rest = from < 0 ? undefined : piece.slice(from); rest !== undefined;) {
        const window = tail + rest;
        const next = field.exec(window);
        const stray = next === null ? rest : rest.slice(0, Math.max(0, next.index - tail.length));
        // Cut before it is joined: a cut through the joined text would copy all of it, for each piece.
        kept = (kept ?? "") + stray.slice(0, longestStray - (kept?.length ?? 0));
        tail = next === null ? window.slice(-longestField) : "";
        if (next === null) break;
        ended.push(kept);
        kept = undefined;
        const again = window.indexOf("\n{", next.index + 1);
        rest = again < 0 ? undefined : window.slice(again + 1);
      }
      return ended;
    },
    end() {
      const text = kept;
      kept = undefined;
      return text;
    },
  };
}
