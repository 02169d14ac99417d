import type { ChatModel, contractVersion } from "./chat-model.ts";

/** How to reach one model, after configuration and environment were resolved. */
export interface ModelSettings {
  readonly model: string;
  readonly apiKey?: string;
  readonly baseUrl?: string;
  /** The remaining fields of the YAML `backend` as written: sampling, `extra_body`, what the provider knows. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What the host provides to providers. */
export interface ProviderContext {
  /**
   * The host's HTTP client: one connection pool, with the proxies and certificate authorities of the configuration.
   * A text sent with `redirect: "manual"` costs half as much as other requests. Read every body to its end, cancel it,
   * or abort its request: until then it keeps its connection.
   */
  readonly fetch: typeof globalThis.fetch;
  /** Replaces every secret the host knows, and whatever is shaped like one, by `[redacted]`. */
  readonly redact: (text: string) => string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The implementation of a backend `type` in the configuration. */
export interface Provider {
  readonly contract: typeof contractVersion;
  /** The YAML word, such as `openai`. */
  readonly type: string;
  readonly aliases?: readonly string[];
  /** Environment variables that may hold the key, first match wins, and whether there must be one. */
  readonly apiKey: { readonly variables: readonly string[]; readonly required: boolean };
  /** The service's base URL, unless the configuration names one. Without a default, `base_url` is required. */
  readonly baseUrl: { readonly variables: readonly string[]; readonly default?: string };
  /** Fields of `options` that the provider knows; the configuration warns about others. */
  readonly optionNames?: readonly string[];
  /**
   * Makes a model. Sends nothing and may not read files.
   * @throws MassgenError `configuration` when a setting is missing or wrong
   */
  readonly createModel: (settings: ModelSettings, context: ProviderContext) => ChatModel;
}
