/**
 * Raised for an answer of which more would have to be held than is sensible; whoever knows whose it was says so.
 * The message says which characters are too many.
 */
export class OversizedAnswer extends Error {}

/** The most characters of one answer that are held, be it as one piece or as parts of it that are given out at its end. Images in an answer are the largest known case. */
export const mostHeld = 32 * 1024 * 1024;

/** Counts what is held of one answer. */
export type Hold = (text: string) => void;

/**
 * Makes the count of what one reader holds of one answer.
 * @returns takes each text that is added; throws {@link OversizedAnswer} when they are too much together
 */
export function createHold(): Hold {
  let held = 0;
  return (text) => {
    held += text.length;
    if (held > mostHeld) throw new OversizedAnswer("in one piece, be it an event or a tool call");
  };
}
