import type { AwaitedPart } from "./body-reader.ts";

/** What one event of an answer brings, as far as its end is concerned. */
export interface EndingSigns {
  /** Text, reasoning, or a part of a call. */
  readonly said: boolean;
  /** A reason to finish. */
  readonly reason: boolean;
  /** What services send behind an answer and nowhere else: usage in an event of its own. */
  readonly last: boolean;
}

/** Tells how near the end of an answer is, from the reasons to finish in it. */
export interface AnswerEnding {
  /** Takes the signs of the next event. True when the end came nearer: what is awaited changes. */
  readonly note: (signs: EndingSigns) => boolean;
  readonly awaited: () => AwaitedPart;
  /** Whether something was said. */
  readonly begun: () => boolean;
}

/**
 * Makes the judge of one answer. A reason to finish alone is no end: some services give one with every event, pause,
 * and go on. It is believed, for want of a terminal marker, where something was said before it without one and nothing
 * was said behind it. Until then, and for good where that is not so, an answer that stops is one that was broken off.
 */
export function createAnswerEnding(): AnswerEnding {
  /** Something was said in an event without a reason. */
  let plain = false;
  let begun = false;
  let reasoned = false;
  let repeats = false;
  let closed = false;

  function awaited(): AwaitedPart {
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
