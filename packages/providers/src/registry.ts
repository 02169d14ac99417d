import {
  MassgenError,
  type ChatModel,
  type ModelSettings,
  type Provider,
  type ProviderContext,
} from "@massgen/core/model";
import { createAnthropic } from "./anthropic/provider.ts";
import { secretsInAddress, secretsInEnvironment, secretsInOptions } from "./backend-secrets.ts";
import type { BuiltInProvider } from "./built-in-provider.ts";
import { createServiceLookups, type ServiceReport } from "./service-lookups.ts";
import { createConnectionPools } from "./network/connection-pools.ts";
import { createDemo } from "./demo/provider.ts";
import { createGemini } from "./gemini/provider.ts";
import { configuredModel } from "./configured-model.ts";
import { heldModel } from "./held-model.ts";
import { heldError, holderOf } from "./held-error.ts";
import { ownCopy } from "./held-request.ts";
import { inPackage } from "./package-context.ts";
import { accountOf, createCallLines } from "./limits/call-lines.ts";
import type { BackendLimits } from "./limits/backend-limits.ts";
import { systemClock, type Clock } from "./limits/clock.ts";
import { limitedModel } from "./limits/limited-model.ts";
import { inferType, splitModelName, typeOfAddress, untypedMessage } from "./infer-type.ts";
import { createOpenAICompatible } from "./openai-compatible/provider.ts";
import { vendors } from "./openai-compatible/vendors.ts";
import type { Proxy } from "./network/proxy-address.ts";
import { checkedProvider } from "./provider-problem.ts";
import { createRedactor, type Redactor } from "./redact.ts";
import { withoutSecrets } from "./secrets/struck-model.ts";

/** A `backend` of the configuration: which model, and how to reach it. */
export interface Backend {
  /** May be left out where address or name tell it: see {@link Registry.typed}. */
  readonly type?: string;
  /** May be left out for `demo` only. */
  readonly model?: string;
  /** Default: the first of the type's environment variables that is set. `none` means that no key is sent. */
  readonly apiKey?: string;
  /** Default: the type's environment variable, then its own address. */
  readonly baseUrl?: string;
  /** Shared by all backends of the same type, address and key, those that give none included. */
  readonly limits?: BackendLimits;
  /** Whether the model sees images; default: what its provider knows. */
  readonly images?: boolean;
  /** Tokens that the model takes, prompt and reply together; default: what its service says. */
  readonly contextTokens?: number;
  /** The address of an HTTP proxy, or `none`; default: what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in the environment say. */
  readonly proxy?: string;
  /** Certificates of authorities to trust besides those that Node trusts, as PEM. */
  readonly ca?: string;
  /** All other fields, as written. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface RegistryOptions {
  /** Where keys, base URLs and proxies are looked up; usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Further providers; one of a type that is there already replaces it. Whatever their models yield or throw is checked. */
  readonly providers?: readonly Provider[];
  /** What messages call the package that one of `providers` came from, by its type. */
  readonly packageNames?: ReadonlyMap<string, string>;
  /** Values that no text may show, besides those of the backends that pass through. */
  readonly secrets?: readonly string[];
  /** Keeps the secrets. Give the same one to registries whose calls overlap, as at a reload; default: one of its own. */
  readonly redactor?: Redactor;
  /** By which limits per minute are kept; the system's by default. */
  readonly clock?: Clock;
}

/** The backend types of one process, with the connections and secrets they share. A value: two registries share nothing. */
export interface Registry {
  /** Every type, aliases left out, in alphabetical order. */
  readonly types: () => readonly string[];
  readonly get: (type: string) => BuiltInProvider | undefined;
  /** The type that a model's name tells; see {@link inferType}. It need not be one of {@link Registry.types}. */
  readonly inferType: (model: string) => string | undefined;
  /**
   * A backend with its type: the one it gives, else the one whose service its address belongs to, else the one that its model's
   * name tells (which then loses a leading `type/`). As it was where nothing tells.
   */
  readonly typed: <B extends Pick<Backend, "type" | "model" | "baseUrl">>(backend: B) => B;
  /**
   * Makes a model. Sends nothing.
   * @throws MassgenError `configuration` for an unknown type, a missing model, key or base URL, a wrong option, or a limit that another
   *   backend of the same account gives differently; `internal` when a further provider fails otherwise
   */
  readonly createModel: (backend: Backend) => ChatModel;
  /**
   * A name for what the calls of a backend are counted by: its type, address and key, and nothing that tells the key.
   * @throws MassgenError `configuration` where {@link Registry.createModel} does for type, model, key or base URL
   */
  readonly accountOf: (backend: Omit<Backend, "options">) => string;
  /**
   * The proxy that the calls of a backend go through, without its user name and password; undefined for none, and for a backend without
   * an address.
   * @throws MassgenError `configuration` where {@link Registry.createModel} does for type, model, key, base URL or proxy
   */
  readonly proxyOf: (backend: Omit<Backend, "options">) => string | undefined;
  /**
   * What the services on the user's own machines say they can take, of all models made so far: how many calls at the same time, how long
   * a context. Calls keep to it from then on. Takes a second and a half at most; what comes later counts from then on. Never rejects, a service
   * that says nothing is taken as it is.
   */
  readonly lookUp: () => Promise<readonly ServiceReport[]>;
  /** Calls the listener, of which there is one, with what a service says whenever that is news. */
  readonly onServiceReport: (listener: (report: ServiceReport) => void) => void;
  /** Calls that wait for their turn under a limit of their account, at this moment. */
  readonly waitingCalls: () => number;
  /** Replaces every known secret, and whatever is shaped like one. */
  readonly redact: (text: string) => string;
  /** The same without what is only shaped like one: for texts in which people may speak about keys. */
  readonly strike: (text: string) => string;
  /** Closes the connections once calls under way have ended; no new ones are made. */
  readonly close: () => Promise<void>;
}

/** The types that are always there, in the order in which addresses are compared. */
export function builtInProviders(): readonly BuiltInProvider[] {
  return [...vendors.map(createOpenAICompatible), createAnthropic(), createGemini(), createDemo()];
}

/**
 * Makes a registry of the built-in types and `options.providers`.
 * @throws MassgenError `configuration` when one of these is no provider, or not of this version of the contract
 */
export function createRegistry(options: RegistryOptions): Registry {
  const { env, clock = systemClock, packageNames } = options;
  const redactor = options.redactor ?? createRedactor();
  redactor.add(...(options.secrets ?? []), ...secretsInEnvironment(env));
  const pools = createConnectionPools(env, redactor.add);
  const lines = createCallLines(clock);
  const lookups = createServiceLookups(clock);
  const byType = new Map<string, BuiltInProvider>();
  const byAlias = new Map<string, BuiltInProvider>();
  const further = (options.providers ?? []).map((provider, index) => {
    const checked = checkedProvider(provider);
    if ("problem" in checked) throw new MassgenError("configuration", `providers[${index}] ${checked.problem}`);
    return checked.provider;
  });
  for (const provider of [...builtInProviders(), ...further]) {
    byType.set(provider.type, provider);
    for (const alias of provider.aliases ?? []) byAlias.set(alias, provider);
  }
  redactor.know([...byType.keys(), ...byAlias.keys()]);
  const types = (): string[] => [...byType.keys()].sort();
  const get = (type: string): BuiltInProvider | undefined => byType.get(type) ?? byAlias.get(type);
  const typed: Registry["typed"] = (backend) => {
    const { type, model, baseUrl } = backend;
    if (type !== undefined) return backend;
    const ofAddress = baseUrl === undefined ? undefined : typeOfAddress(baseUrl, [...byType.values()]);
    if (ofAddress !== undefined) return { ...backend, type: ofAddress };
    return { ...backend, ...splitModelName(model ?? "", types()) };
  };

  const resolved = (backend: Backend): { provider: BuiltInProvider; settings: ModelSettings; account: string } => {
    const { type, ...rest } = typed(backend);
    if (type === undefined) throw new MassgenError("configuration", untypedMessage(backend.model, types()));
    const provider = get(type);
    if (provider === undefined) {
      const known = types().join(", ");
      throw new MassgenError("configuration", `unknown backend type "${type}"; known types: ${known}`);
    }
    const settings = resolve(provider, rest, env);
    return { provider, settings, account: accountOf(provider.type, settings) };
  };

  const proxyBefore = ({ baseUrl }: ModelSettings, backend: Pick<Backend, "proxy" | "ca">): Proxy | undefined => {
    const url = URL.parse(baseUrl ?? "");
    return url === null ? undefined : pools.of(backend).proxies.proxyOf(url);
  };

  return {
    types,
    get,
    inferType,
    typed,
    redact: redactor.redact,
    strike: redactor.strike,
    createModel(backend) {
      const { provider, settings, account } = resolved(backend);
      redactor.add(
        settings.apiKey ?? "",
        ...secretsInOptions(backend.options, provider.optionNames),
        ...secretsInAddress(settings.baseUrl ?? ""),
      );
      const { pool } = pools.of(backend);
      proxyBefore(settings, backend);
      const context: ProviderContext = { fetch: pool.fetch, redact: redactor.redact, env };
      const made = further.includes(provider)
        ? createHeld(provider, settings, context, packageNames?.get(provider.type))
        : provider.createModel(settings, context);
      const model = withoutSecrets(made, redactor);
      const line = lines.lineOf(account);
      line.limit(provider.type, backend.limits ?? {});
      const limited = limitedModel(model, { label: `${provider.type} ${settings.model}`, line, clock });
      if (!further.includes(provider)) lookups.add(account, provider, settings, context, line);
      return configuredModel(limited, backend);
    },
    lookUp: lookups.reports,
    onServiceReport: lookups.listen,
    waitingCalls: lines.waiting,
    accountOf: (backend) => resolved({ ...backend, options: {} }).account,
    proxyOf: (backend) => proxyBefore(resolved({ ...backend, options: {} }).settings, backend)?.name,
    close() {
      lines.close();
      lookups.close();
      return pools.close();
    },
  };
}

/** What a provider of somebody else's making makes. */
function createHeld(
  provider: Provider,
  settings: ModelSettings,
  context: ProviderContext,
  packageName: string | undefined,
): ChatModel {
  const { redact } = context;
  const holder = holderOf(provider.type, packageName, redact);
  let made: unknown;
  try {
    // What is lent is shared with others, and a package may change what it gets.
    const lent = Object.freeze({ ...context, env: { ...context.env } });
    made = inPackage(`${holder.label}: ${holder.author}`, () => provider.createModel(ownCopy(settings), lent));
  } catch (error) {
    throw heldError(error, holder);
  }
  return heldModel(made, holder);
}

function resolve(provider: Provider, backend: Omit<Backend, "type">, env: RegistryOptions["env"]): ModelSettings {
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
  const set = variables.filter((name) => Object.hasOwn(env, name));
  return set.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== "");
}
