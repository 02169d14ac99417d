/** What a model or its transport cannot do. Each `false` skips exactly the cases about it, visibly; absent means that it can. */
export interface KitCapabilities {
  /** Sends through the `fetch` that the host lends to it. */
  readonly hostFetch?: boolean;
  /** Takes every legal framing of server-sent events, not just its own service's. */
  readonly framing?: boolean;
  /** Reads no faster than its consumer (promise 9). */
  readonly readsAtConsumersPace?: boolean;
  /** Sees the `Retry-After` header of a refusal. */
  readonly retryAfterHeader?: boolean;
  /** Calls tools. */
  readonly tools?: boolean;
  /** Shows its reasoning. */
  readonly reasoning?: boolean;
  /** Its service reports usage. */
  readonly usage?: boolean;
}

export type Capability = keyof KitCapabilities;
