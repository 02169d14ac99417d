import type { Ports } from "@massgen/core";
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
  /**
   * Makes a model. Sends nothing.
   * @throws MassgenError `configuration` for a backend that cannot be used
   */
  readonly createModel: (
    backend: ReachedBackend & Pick<BackendConfig, "limits" | "price" | "images" | "contextTokens" | "options">,
  ) => ChatModel;
  /** What calls of its models cost. Without it, runs say nothing of their cost and cannot be limited in dollars. */
  readonly prices?: ModelPrices;
  readonly describe: BackendDescription;
}

/** What calls of a registry's models cost: the ports of a team, and what they need. */
export interface ModelPrices extends Required<Pick<Ports, "price" | "rates">> {
  /** Loads what is needed to know the prices of the models made so far. */
  readonly load: () => Promise<void>;
}

/** What a configuration has to know of backends and their services. */
export interface BackendDescription {
  /** @param type or an alias of it */
  readonly provider: (type: string) => BackendType | undefined;
  /**
   * A backend with its type: the one it gives, else what its address or its model's name implies. As it was where
   * nothing does.
   */
  readonly typed: <B extends Pick<BackendConfig, "type" | "model" | "baseUrl">>(backend: B) => B;
  /** Identifies the account that the calls of a backend are counted for, without revealing its key. */
  readonly account: (backend: ReachedBackend) => string;
  /** Asks services on the user's own machines what they can take; calls keep to it from then on. Never rejects. */
  readonly lookUp: () => Promise<unknown>;
  /** Replaces every known secret in a text. */
  readonly redactKnown: (text: string) => string;
}
