/** Money that several runs share, such as what a client's key may spend in a day. */
export interface Allowance {
  /**
   * Reserves dollars for one call, before it is made. Undefined where they are not left: then the call is not made.
   * Rejects where nobody can tell.
   */
  readonly reserve: (usd: number) => Promise<Reservation | undefined>;
}

/** Dollars that are reserved for one call. */
export interface Reservation {
  /** Replaces them by what the call counts for. Called once; must not throw. */
  readonly settle: (usd: number) => void;
}
