import { serverBusy } from "./admission.ts";

/** What the bodies of requests under way take together, and the limit of it. */
export interface BodyMemory {
  /** Bytes. */
  readonly held: number;
  /**
   * Takes so many bytes; more than there are at all counts as all there are.
   * @throws ProblemError `server-busy` when the others leave too little
   */
  readonly take: (bytes: number) => Share;
}

interface Share {
  /** What it turned out to be. */
  readonly resize: (bytes: number) => void;
  /** Gives all of it back. Calling it again does nothing. */
  readonly giveBack: () => void;
}

/** Many large bodies at once would fill the memory before a run limit is reached. */
export function createBodyMemory(limit: () => number): BodyMemory {
  let held = 0;
  return {
    get held() {
      return held;
    },
    take(bytes) {
      let share = Math.min(bytes, limit());
      if (held + share > limit()) throw serverBusy("The requests under way take all the memory there is for them.");
      held += share;
      const resize = (to: number): void => {
        held += to - share;
        share = to;
      };
      return { resize, giveBack: () => resize(0) };
    },
  };
}
