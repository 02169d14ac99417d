/** What a model cannot do. Each `false` skips exactly the cases about it, visibly; absent means that it can. */
export interface KitCapabilities {
  /** Calls tools. */
  readonly tools?: boolean;
  /** Shows its reasoning. */
  readonly reasoning?: boolean;
  /** Its service reports usage. */
  readonly usage?: boolean;
  /**
   * Asks again without a sampling parameter that its service refuses. True makes the kit insist on it; otherwise a
   * model may give up, but one that does ask again has to say what it left out, and to remember.
   */
  readonly remedies?: true;
}

/** What a case may need. */
export type Capability = Exclude<keyof KitCapabilities, "remedies"> | "extras";
