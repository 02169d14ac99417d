/**
 * Counts what is spent under a name in a day, in dollars, for all processes of a store together. Days are those of UTC,
 * by the clock of whatever keeps them. Methods reject like those of a `RunStore`.
 */
export interface SpendingStore {
  /**
   * Reserves dollars of today. Undefined where, with them, what is spent and reserved today would be more than `most`:
   * then nothing is reserved. What nobody settles stays reserved: the call may have cost it.
   */
  readonly reserve: (name: string, usd: number, most: number) => Promise<ReservedSpending | undefined>;
  /** Replaces what was reserved by what was spent, on the day of the reservation. To be called once for each. */
  readonly settle: (reserved: ReservedSpending, spentUsd: number) => Promise<void>;
  readonly today: (name: string) => Promise<SpendingDay>;
}

/** Dollars that are reserved. */
export interface ReservedSpending {
  readonly name: string;
  /** Such as `2026-11-29`. */
  readonly day: string;
  readonly usd: number;
}

/** What one day has come to under a name. */
export interface SpendingDay {
  readonly reservedUsd: number;
  readonly spentUsd: number;
  /** When the next day begins, in milliseconds from now. */
  readonly endsInMs: number;
}

/** How long days are kept. */
export const daysKept = 400;
