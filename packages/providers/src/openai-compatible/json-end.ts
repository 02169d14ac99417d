import { parseJson } from "@massgen/provider-kit/parts";

/** Follows a JSON text that comes in pieces, to know when it is whole without parsing it after each piece. */
export interface JsonEnd {
  readonly push: (piece: string) => void;
  /**
   * Whether the text so far, given again, is one JSON value. Parses it only where its brackets and strings are closed,
   * and once.
   */
  readonly whole: (text: string) => boolean;
}

/** The longest value without brackets or quotes: a number or a word. */
const longestPlain = 64;

/** Makes a follower. It looks at each character once, and only when it is asked: most answers never ask. */
export function createJsonEnd(): JsonEnd {
  let unread: string[] = [];
  let state: "before" | "plain" | "inside" | "after" | "broken" = "before";
  let depth = 0;
  let inString = false;
  let escaped = false;
  let verdict: boolean | undefined;

  function step(character: string): void {
    if (inString) {
      if (escaped) escaped = false;
      else if (character === "\\") escaped = true;
      else if (character === '"') {
        inString = false;
        if (depth === 0) state = "after";
      }
      return;
    }
    if (isBlank(character)) return;
    if (state === "after") {
      state = "broken";
      return;
    }
    switch (character) {
      case '"':
        inString = true;
        break;
      case "{":
      case "[":
        depth += 1;
        break;
      case "}":
      case "]":
        depth -= 1;
        if (depth < 0) state = "broken";
        if (depth === 0) state = "after";
        return;
      default:
        if (depth === 0) state = "plain";
        return;
    }
    if (state === "before") state = "inside";
  }

  return {
    push: (piece) => void unread.push(piece),
    whole(text) {
      for (const piece of unread) {
        for (let at = 0; at < piece.length && state !== "broken" && state !== "plain"; at += 1) step(piece.charAt(at));
      }
      unread = [];
      if (state === "plain") return text.length <= longestPlain && parseJson(text) !== undefined;
      if (state !== "after") return false;
      verdict ??= parseJson(text) !== undefined;
      return verdict;
    },
  };
}

function isBlank(character: string): boolean {
  return character === " " || character === "\n" || character === "\r" || character === "\t";
}
