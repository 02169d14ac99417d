import type { Waiting } from "./waiting.ts";

/** What one event says about the end of the answer. */
export interface EndingSigns {
  /** Text, reasoning, or a part of a call. */
  readonly said: boolean;
  /** A reason to finish. */
  readonly reason: boolean;
  /** What services send behind an answer and nowhere else: usage in an event of its own. */
  readonly last: boolean;
}

/** Judges by the finish reasons in an answer how near its end is. */
export interface AnswerEnding {
  /** Takes the signs of the next event. True when `awaited` has changed. */
  readonly note: (signs: EndingSigns) => boolean;
  readonly awaited: () => Waiting;
  /** Whether something was said. */
  readonly begun: () => boolean;
}

/**
 * Makes the judge of one answer. A finish reason alone is no end: some services give one with every event, pause, and
 * go on. Without a terminal marker it counts as the end only if content without a reason came before it and no content
 * followed. Otherwise an answer that stops was broken off.
 */
export function createAnswerEnding(): AnswerEnding {
  /** Something was said in an event without a reason. */
  let plain = false;
  let begun = false;
  let reasoned = false;
  let repeats = false;
  let closed = false;

  function awaited(): Waiting {
    if (!reasoned || repeats) return "answer";
    if (closed) return "tail";
    return plain ? "settling" : "answer";
  }

  return {
    note({ said, reason, last }) {
      const before = awaited();
      if (said && reasoned) repeats = true;
      begun ||= said;
      plain ||= said && !reason && !reasoned;
      closed ||= last && reasoned;
      reasoned ||= reason;
      return awaited() !== before;
    },
    awaited,
    begun: () => begun,
  };
}
