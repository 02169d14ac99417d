/** What a model cannot do. Each `false` skips exactly the cases about it, visibly; absent means that it can. */
export interface KitCapabilities {
  /** Calls tools. */
  readonly tools?: boolean;
  /** Shows its reasoning. */
  readonly reasoning?: boolean;
  /** Its service reports usage. */
  readonly usage?: boolean;
  /** Its provider asks again without a sampling parameter that the service refuses, and remembers. `streamAnswer` alone does not. */
  readonly remedies?: boolean;
}

export type Capability = keyof KitCapabilities;
