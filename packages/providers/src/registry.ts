import {
  MassgenError,
  type ChatModel,
  type ModelSettings,
  type Provider,
  type ProviderContext,
} from "@massgen/core/model";
import { createAnthropic } from "./anthropic/provider.ts";
import { createConnectionPool } from "./connection-pool.ts";
import { createDemo } from "./demo/provider.ts";
import { createGemini } from "./gemini/provider.ts";
import { inferType } from "./infer-type.ts";
import { createOpenAICompatible } from "./openai-compatible/provider.ts";
import { vendors } from "./openai-compatible/vendors.ts";
import { createRedactor } from "./redact.ts";

/** A `backend` of the configuration: which model, and how to reach it. */
export interface Backend {
  readonly type: string;
  /** May be left out for `demo` only. */
  readonly model?: string;
  /** Default: the first of the type's environment variables that is set. `none` means that no key is sent. */
  readonly apiKey?: string;
  /** Default: the type's environment variable, then its own address. */
  readonly baseUrl?: string;
  /** All other fields, as written. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface RegistryOptions {
  /** Where keys and base URLs are looked up; usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Further providers; one of a type that is there already replaces it. */
  readonly providers?: readonly Provider[];
  /** Values that no message may show, besides the keys that pass through. */
  readonly secrets?: readonly string[];
}

/** The backend types of one process, with the connections and secrets they share. A value: two registries share nothing. */
export interface Registry {
  /** Every type, aliases left out, in alphabetical order. */
  readonly types: () => readonly string[];
  readonly get: (type: string) => Provider | undefined;
  /** The type that a model's name tells; see {@link inferType}. It need not be one of {@link Registry.types}. */
  readonly inferType: (model: string) => string | undefined;
  /**
   * Makes a model. Sends nothing.
   * @throws MassgenError `configuration` for an unknown type, a missing model, key or base URL, or a wrong option
   */
  readonly createModel: (backend: Backend) => ChatModel;
  /** Replaces every known secret, and whatever is shaped like one. */
  readonly redact: (text: string) => string;
  /** Closes the connections. Models made here can no longer be called. */
  readonly close: () => Promise<void>;
}

/** Makes a registry of the built-in types and `options.providers`. */
export function createRegistry(options: RegistryOptions): Registry {
  const { env } = options;
  const redactor = createRedactor(options.secrets);
  const pool = createConnectionPool();
  const context: ProviderContext = { fetch: pool.fetch, redact: redactor.redact, env };
  const byType = new Map<string, Provider>();
  const byAlias = new Map<string, Provider>();
  for (const provider of [
    ...vendors.map(createOpenAICompatible),
    createAnthropic(),
    createGemini(),
    createDemo(),
    ...(options.providers ?? []),
  ]) {
    byType.set(provider.type, provider);
    for (const alias of provider.aliases ?? []) byAlias.set(alias, provider);
  }
  const types = (): string[] => [...byType.keys()].sort();
  const get = (type: string): Provider | undefined => byType.get(type) ?? byAlias.get(type);

  return {
    types,
    get,
    inferType,
    redact: redactor.redact,
    createModel(backend) {
      const provider = get(backend.type);
      if (provider === undefined) {
        const known = types().join(", ");
        throw new MassgenError("configuration", `unknown backend type "${backend.type}"; known types: ${known}`);
      }
      const settings = resolve(provider, backend, env);
      if (settings.apiKey !== undefined) redactor.add(settings.apiKey);
      for (const secret of secretsIn(backend.options)) redactor.add(secret);
      return provider.createModel(settings, context);
    },
    close: pool.close,
  };
}

function resolve(provider: Provider, backend: Backend, env: RegistryOptions["env"]): ModelSettings {
  const { type } = provider;
  const model = backend.model?.trim() || (type === "demo" ? "demo" : undefined);
  if (model === undefined) throw new MassgenError("configuration", `backend ${type}: model is missing`);

  const key = backend.apiKey?.trim() || firstSet(provider.apiKey.variables, env);
  const apiKey = key === "none" ? undefined : key;
  if (key === undefined && provider.apiKey.required) {
    const variables = provider.apiKey.variables.join(" or ");
    throw new MassgenError(
      "configuration",
      `backend ${type}: no API key; set ${variables}, or api_key (none if the server needs no key)`,
    );
  }
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new MassgenError("configuration", `backend ${type}: the API key holds characters that no key has`);
  }

  const baseUrl = backend.baseUrl?.trim() || firstSet(provider.baseUrl.variables, env) || provider.baseUrl.default;
  // A provider that names no variables either needs no address.
  if (baseUrl === undefined && provider.baseUrl.variables.length > 0) {
    const variables = provider.baseUrl.variables.join(" or ");
    throw new MassgenError("configuration", `backend ${type}: no address; set base_url or ${variables}`);
  }
  return {
    model,
    options: backend.options,
    ...(apiKey !== undefined && { apiKey }),
    ...(baseUrl !== undefined && { baseUrl }),
  };
}

function firstSet(variables: readonly string[], env: RegistryOptions["env"]): string | undefined {
  return variables.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== "");
}

/** Header values given as options often are keys. */
function secretsIn(options: Backend["options"]): string[] {
  const headers = options["default_headers"];
  if (typeof headers !== "object" || headers === null) return [];
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" && /auth|key|token|secret|cookie/i.test(name) ? [value.replace(/^Bearer\s+/i, "")] : [],
  );
}
