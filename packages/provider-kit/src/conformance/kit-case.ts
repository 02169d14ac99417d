import type { Bench, ServiceBench } from "./bench.ts";
import type { Capability } from "./capabilities.ts";

/** What all cases have. */
export interface NamedCase {
  /** The promise of ChatModel that it checks. */
  readonly promise: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
  /** What has to be so. */
  readonly name: string;
  /** A model without one of these skips the case. */
  readonly needs?: readonly Capability[];
}

/** A case for any model, with or without a service. */
export interface ModelCase extends NamedCase {
  readonly run: (bench: Bench) => Promise<void>;
}

/** A case that plays the service under the model. */
export interface ServiceCase extends NamedCase {
  readonly run: (bench: ServiceBench) => Promise<void>;
}
