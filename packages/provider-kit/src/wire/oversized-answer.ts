/**
 * Raised for an answer that would need too much memory; the caller adds whose answer it was. The message says what
 * there is too much of: `33554432 characters in one event`, `1024 tool calls`.
 */
export class OversizedAnswer extends Error {}

/**
 * The most characters of one answer that are held, in one piece or in parts that are delivered at its end. Images in an
 * answer are the largest known case.
 */
export const mostHeld = 32 * 1024 * 1024;

/**
 * The overhead of a part, in characters, so that an answer in pieces of one character does not take many times their
 * memory.
 */
const partOverhead = 16;

/** Counts what is held of one answer. */
export type Hold = (text: string) => void;

/**
 * Makes the count of what one reader holds of one answer.
 * @returns takes each text that is added; throws {@link OversizedAnswer} when the sum is too large
 */
export function createHold(where = "in one piece, be it an event or a tool call"): Hold {
  let characters = 0;
  let parts = 0;
  return (text) => {
    if (text === "") return;
    characters += text.length;
    parts += 1;
    if (characters > mostHeld || characters + parts * partOverhead > 2 * mostHeld) throw tooLong(where);
  };
}

/** The error for an answer with more than {@link mostHeld} characters somewhere. */
export function tooLong(where: string): OversizedAnswer {
  return new OversizedAnswer(`${mostHeld} characters ${where}`);
}
