import type { RunStore } from "../run-store.ts";

/** One case of the kit. */
export interface StoreCase {
  /**
   * Of a store. 1: runs come back as they were kept. 2: facts are kept in order, each number once. 3: nobody misses a
   * fact. 4: lists. 5: what is removed or over is gone. 6: all or nothing. 7: what is kept outlives the process.
   * 8: spending has limits.
   */
  readonly promise: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  readonly name: string;
  readonly needsDurable?: boolean;
  readonly run: (store: RunStore, reopened: () => Promise<RunStore>) => Promise<void>;
}
