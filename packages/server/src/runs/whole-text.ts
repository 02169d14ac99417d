/**
 * Text in pieces that never end inside a character: the first half of a surrogate pair waits for the second. Clients in
 * other languages cannot join halves from two JSON strings.
 */
export interface WholeText {
  readonly next: (piece: string) => string;
  /** The remaining unpaired half, if any. */
  readonly end: () => string;
}

export function wholeText(): WholeText {
  let held = "";
  return {
    next(piece) {
      const text = held + piece;
      const last = text.charCodeAt(text.length - 1);
      held = last >= 0xd800 && last <= 0xdbff ? text.slice(-1) : "";
      return held === "" ? text : text.slice(0, -1);
    },
    end() {
      const rest = held;
      held = "";
      return rest;
    },
  };
}
