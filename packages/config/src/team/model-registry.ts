import type { ChatModel, Provider } from "@massgen/core/model";
import type { BackendConfig } from "../config.ts";
import type { WrittenBackend } from "../cross-checks.ts";

/** What a configuration has to know about a backend type. */
export interface BackendType extends Pick<Provider, "aliases" | "optionNames"> {
  /** True: runs models on the user's own machines. */
  readonly local?: true;
  /** How many calls its service handles at the same time; absent for any number. */
  readonly slots?: number;
}

/** How a backend is reached, its certificates read. */
export type ReachedBackend = Omit<WrittenBackend, "caFile"> & Pick<BackendConfig, "ca">;

/** Makes the models that a configuration names. The registry of `@massgen/providers` is one. */
export interface ModelRegistry {
  /** Every backend type, aliases left out. */
  readonly types: () => readonly string[];
  /** @param type or an alias of it */
  readonly get: (type: string) => BackendType | undefined;
  /** A backend with its type, which its address or its model's name may identify. Unchanged if nothing does. */
  readonly typed: <B extends Pick<BackendConfig, "type" | "model" | "baseUrl">>(backend: B) => B;
  /**
   * Makes a model. Sends nothing.
   * @throws MassgenError `configuration` for a backend that cannot be used
   */
  readonly createModel: (
    backend: ReachedBackend & Pick<BackendConfig, "limits" | "images" | "contextTokens" | "options">,
  ) => ChatModel;
  /** The name of a backend's account. Does not reveal its key. */
  readonly accountOf: (backend: ReachedBackend) => string;
  /** Asks local services for their limits, which calls respect from then on. Never rejects. */
  readonly lookUp: () => Promise<unknown>;
  /** Replaces every known secret in a text. */
  readonly strike: (text: string) => string;
}
