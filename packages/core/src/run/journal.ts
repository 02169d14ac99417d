import type { Fact } from "../coordination/event.ts";
import type { Failure } from "../coordination/receipt.ts";
import type { RuleBook } from "../coordination/rule-book.ts";

/** Keeps the facts of one run, in order. */
export interface Journal {
  /**
   * Keeps facts under the numbers from `seq` on, all of them or none. `taken`: somebody else has written there. Rejects
   * if the facts cannot be kept at all; then the run is abandoned.
   */
  readonly append: (facts: readonly Fact[], seq: number) => Promise<"kept" | "taken">;
}

/** A run as its journal has it. */
export interface Kept {
  readonly journal: Journal;
  /** The facts so far; none for a new run. */
  readonly log: readonly Fact[];
  /** Milliseconds since the start of the run. */
  readonly elapsedMs: number;
  /** What has become of whoever drove it before. */
  readonly cause: Extract<Fact, { type: "resumed" }>["cause"];
  /** Why it is to end instead of going on. */
  readonly giveUp: Failure | undefined;
  readonly rules: RuleBook | undefined;
}
