import { serverBusy } from "./admission.ts";

/** Limits the memory of all request bodies together. */
export interface BodyMemory {
  /** Bytes. */
  readonly held: number;
  /**
   * Reserves bytes. A request for more than the whole limit counts as the whole limit.
   * @throws ProblemError `server-busy` when other requests leave too little
   */
  readonly take: (bytes: number) => Share;
}

interface Share {
  /** Corrects a reservation to the body's real size. */
  readonly resize: (bytes: number) => void;
  /** Releases the whole reservation. Calling it again does nothing. */
  readonly giveBack: () => void;
}

/** Many large bodies at once could fill the memory before the run limit is reached. */
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
