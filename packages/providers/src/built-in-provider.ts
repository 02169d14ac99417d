import type { ModelSettings, Provider, ProviderContext } from "@massgen/core/model";
import type { ModelListing } from "./model-list.ts";
import type { ServiceFacts } from "./openai-compatible/service-lookup.ts";

/** A provider of this package, with what hosts may know about its service. */
export interface BuiltInProvider extends Provider {
  /** True: runs open models on the user's own machines. */
  readonly local?: true;
  /** How many calls the service works on at the same time, before it was asked; absent where there is no such limit. */
  readonly slots?: number;
  /**
   * Where the service lists its models; absent where it lists none.
   * @throws MassgenError `configuration` for an address that is none
   */
  readonly listing?: (settings: Pick<ModelSettings, "apiKey" | "baseUrl">) => ModelListing;
  /** Loads what the first call would otherwise have to load. Never rejects. */
  readonly load?: () => Promise<void>;
  /**
   * Asks the service what it and the model can take. Never rejects for what the service does; undefined where it says
   * nothing.
   */
  readonly lookUp?: (
    settings: ModelSettings,
    context: ProviderContext,
    signal: AbortSignal,
  ) => Promise<ServiceFacts | undefined>;
}
