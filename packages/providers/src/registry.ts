import {
  MassgenError,
  systemClock,
  type ChatModel,
  type Clock,
  type Limiter,
  type ModelSettings,
  type Provider,
  type ProviderContext,
} from "@massgen/core/model";
import type { Backend } from "./backend.ts";
import { secretsInAddress, secretsInEnvironment, secretsInOptions } from "./backend-secrets.ts";
import { settingsOf } from "./backend-settings.ts";
import type { BuiltInProvider } from "./built-in-provider.ts";
import { configuredModel } from "./configured-model.ts";
import { createLateLoads } from "./late-loads.ts";
import { accountIdOf, createAccounts } from "./limits/accounts.ts";
import { limitedModel } from "./limits/limited-model.ts";
import { createLimiter } from "./limits/limiter.ts";
import { createConnectionPools } from "./network/connection-pools.ts";
import type { Proxy } from "./network/proxy-address.ts";
import { createPriceBook, type ModelToPrice, type PriceBook, type WritablePriceBook } from "./prices/price-book.ts";
import { fetchModelList } from "./model-list.ts";
import { packageModel } from "./package-model.ts";
import { createProviderTypes } from "./provider-types.ts";
import { createRedactor, type Redactor } from "./redact.ts";
import type { RegistryDescription } from "./registry-description.ts";
import { withoutSecrets } from "./secrets/redacted-model.ts";
import { createServiceLookups } from "./service-lookups.ts";

export interface RegistryOptions {
  /** Where keys, base URLs and proxies are looked up; default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Further providers; one of an existing type replaces it. Everything that their models yield or throw is checked. */
  readonly providers?: readonly Provider[];
  /** What messages call the package that one of `providers` came from, by its type. */
  readonly packageNames?: ReadonlyMap<string, string>;
  /** Values that no text may show, besides those of the backends that pass through. */
  readonly secrets?: readonly string[];
  /**
   * Keeps the secrets. Give the same one to registries whose calls overlap, as at a reload; default: one of its own.
   */
  readonly redactor?: Redactor;
  /**
   * Decides when calls may be sent under the limits of their account; default: one of its own, see
   * {@link createLimiter}.
   */
  readonly limiter?: Limiter;
  /**
   * Where the prices of models stand. Give the same one to registries whose calls overlap, as at a reload; default: one
   * of its own.
   */
  readonly prices?: WritablePriceBook;
  /** The system's by default. */
  readonly clock?: Clock;
}

/** The backend types of one process, with the connections and secrets they share. Two registries share nothing. */
export interface Registry {
  /** Every type, aliases left out, in alphabetical order. */
  readonly types: () => readonly string[];
  /**
   * Makes a model. Sends nothing.
   * @throws MassgenError `configuration` for an unknown type, a missing model, key or base URL, a wrong option, or a
   *   limit that another backend of the same account gives differently; `internal` when a further provider fails
   *   otherwise
   */
  readonly createModel: (backend: Backend) => ChatModel;
  /** Replaces every known secret, and whatever looks like one. */
  readonly redact: (text: string) => string;
  /**
   * Closes the connections once calls under way have ended; calls that wait for their turn fail, and no new ones are
   * made.
   */
  readonly close: () => Promise<void>;
  /** What calls of its models cost: for the ports of a team. */
  readonly prices: PriceBook;
  /** What only hosts that read configurations need. */
  readonly describe: RegistryDescription;
}

/**
 * Makes a registry of the built-in types and `options.providers`.
 * @throws MassgenError `configuration` when one of these is no provider, or not of this version of the contract
 */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const { env = process.env, clock = systemClock, limiter = createLimiter(clock), packageNames } = options;
  const redactor = options.redactor ?? createRedactor();
  redactor.add(...(options.secrets ?? []), ...secretsInEnvironment(env));
  const pools = createConnectionPools(env, redactor.add);
  const accounts = createAccounts(limiter);
  const prices = options.prices ?? createPriceBook(clock);
  const lookups = createServiceLookups(clock);
  const closed = new AbortController();
  const types = createProviderTypes(options.providers ?? []);
  redactor.know(types.words());
  const lateLoads = createLateLoads(() => [
    pools.of({}).pool.load,
    ...types.providers().flatMap(({ load }) => load ?? []),
  ]);

  const resolved = (backend: Backend): { provider: BuiltInProvider; settings: ModelSettings; accountId: string } => {
    const provider = types.providerOf(backend);
    const settings = settingsOf(provider, types.typed(backend), env);
    return { provider, settings, accountId: accountIdOf(provider.type, settings) };
  };

  const proxyFor = ({ baseUrl }: ModelSettings, backend: Pick<Backend, "proxy" | "ca">): Proxy | undefined => {
    const url = URL.parse(baseUrl ?? "");
    return url === null ? undefined : pools.of(backend).proxies.proxyOf(url);
  };

  return {
    types: types.names,
    redact: redactor.redact,
    prices,
    createModel(backend) {
      const { provider, settings, accountId } = resolved(backend);
      const { type } = provider;
      const further = types.isFurther(provider);
      redactor.add(
        settings.apiKey ?? "",
        ...secretsInOptions(backend.options, provider.optionNames),
        ...secretsInAddress(settings.baseUrl ?? ""),
      );
      const { pool } = pools.of(backend);
      proxyFor(settings, backend);
      const context: ProviderContext = { fetch: pool.fetch, redact: redactor.redact, env };
      const made = further
        ? packageModel(provider, settings, context, packageNames?.get(type))
        : provider.createModel(settings, context);
      const model = withoutSecrets(made, redactor);
      // A built-in provider that needs no address calls nobody.
      const calls = provider.baseUrl.variables.length > 0 || further;
      lateLoads.add(provider, calls ? pool : undefined);
      const account = accounts.account(accountId);
      account.limit(type, backend.limits ?? {});
      const label = `${type} ${settings.model}`;
      const limited = limitedModel(model, { label, model: model.model, account, clock, closed: closed.signal });
      if (!further) lookups.add(accountId, provider, settings, context, account);
      const configured = configuredModel(limited, { ...backend, local: provider.local });
      prices.add(configured, toPrice(provider, settings, backend.price));
      return configured;
    },
    close() {
      closed.abort();
      lookups.close();
      return pools.close();
    },
    describe: {
      provider: types.get,
      typed: types.typed,
      account: (backend) => resolved({ ...backend, options: {} }).accountId,
      proxy: (backend) => proxyFor(resolved({ ...backend, options: {} }).settings, backend)?.name,
      lookUp: lookups.reports,
      onServiceReport: lookups.listen,
      async models(backend, signal) {
        const { provider, settings } = resolved({ ...backend, model: "any", options: {} });
        if (provider.listing === undefined || types.isFurther(provider))
          throw new MassgenError("configuration", unlisted(provider.type));
        redactor.add(settings.apiKey ?? "", ...secretsInAddress(settings.baseUrl ?? ""));
        const listing = provider.listing(settings);
        return fetchModelList(
          provider.type,
          listing,
          { fetch: pools.of({}).pool.fetch, redact: redactor.redact },
          signal,
        );
      },
      load: lateLoads.load,
      waitingCalls: accounts.waitingCalls,
      redactKnown: redactor.redactKnown,
    },
  };
}

function unlisted(type: string): string {
  if (type === "azure_openai") return `backend ${type}: its models are deployments, which only Azure's portal lists`;
  return `backend ${type}: it lists no models`;
}

function toPrice({ type, baseUrl }: BuiltInProvider, settings: ModelSettings, given: Backend["price"]): ModelToPrice {
  const own = settings.baseUrl !== baseUrl.default && settings.baseUrl;
  return { type, model: settings.model, ...(own && { baseUrl: own }), ...(given && { given }) };
}
