import type { TokenPrice, TokenRates } from "@massgen/core/model";
import type { ModelInfo, ModelPrice, Provider, TieredPrices } from "@pydantic/genai-prices";
import { givenPrice, type PriceOfModel } from "./price-of-model.ts";

type Library = typeof import("@pydantic/genai-prices");

/** The backend types whose services have list prices, by the names that the list has for them. */
const services: ReadonlyMap<string, string> = new Map([
  ["openai", "openai"],
  ["azure_openai", "azure"],
  ["claude", "anthropic"],
  ["gemini", "google"],
  ["grok", "x-ai"],
  ["groq", "groq"],
  ["cerebras", "cerebras"],
  ["together", "together"],
  ["fireworks", "fireworks"],
  ["openrouter", "openrouter"],
  ["deepseek", "deepseek"],
  ["mistral", "mistral"],
  ["moonshot", "moonshotai"],
  ["zai", "zai"],
  ["perplexity", "perplexity"],
]);

/** A model, as far as its price depends on it. */
export interface ListedModel {
  readonly type: string;
  readonly model: string;
  /** Where it is called; absent for the type's own address. */
  readonly baseUrl?: string;
}

/** Whether the list may have models of this type. */
export function isListed(type: string): boolean {
  return services.has(type);
}

/** The public prices of model services, as they were when this package was published. Works offline. */
export interface PriceList {
  /**
   * The price of a model; undefined where the list has none. One that is called at an address of its own has that of
   * the service to which the address belongs: what serves it there may cost anything.
   */
  readonly find: (model: ListedModel, now: Date) => PriceOfModel | undefined;
}

/** Loads the list, which takes some tens of milliseconds. */
export async function loadPriceList(): Promise<PriceList> {
  const library = await import("@pydantic/genai-prices");
  return {
    find({ type, model, baseUrl }, now) {
      const service = services.get(type);
      if (service === undefined) return undefined;
      const provider = library.findProvider(
        baseUrl === undefined ? { providerId: service } : { providerApiUrl: baseUrl },
      );
      return provider && priceIn(library, provider, model, now);
    },
  };
}

const oneToken = { input_tokens: 1, output_tokens: 1 };

function priceIn(library: Library, provider: Provider, model: string, now: Date): PriceOfModel | undefined {
  const found = library.calcPrice(oneToken, model, { provider, timestamp: now });
  if (found === null) return undefined;
  // A provider with this model alone: its other models need not be searched for each call.
  const only: Provider = { ...found.provider, models: [found.model] };
  const priceAt = (timestamp: Date) => library.calcPrice(oneToken, model, { provider: only, timestamp })?.model_price;
  const prices = timesOfPrices(found.model, now).map((time) => priceAt(time) ?? {});
  const rates = highest(prices);
  const plain = plainPrice(found.model);
  if (plain !== undefined) return { rates, cost: givenPrice(plain).cost };
  return {
    rates,
    cost({ inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens }, timestamp) {
      const usage = {
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        cache_read_tokens: cachedInputTokens,
        cache_write_tokens: cacheWriteTokens,
        ...(pricesReasoning(found.model_price) && { output_reasoning_tokens: reasoningTokens }),
      };
      return library.calcPrice(usage, model, { provider: only, timestamp })?.total_price ?? NaN;
    },
  };
}

/**
 * A price that is the same at every size and hour, and that nothing is added to: it is counted here, since the library
 * takes ten times as long as all else that is done for the cost of a call.
 */
function plainPrice({ prices }: ModelInfo): TokenPrice | undefined {
  if (Array.isArray(prices) || pricesReasoning(prices) || prices["requests_kcount"] !== undefined) return undefined;
  const [input, output, cachedInput, cacheWrite] = plainKinds.map((kind) => prices[kind]);
  if (typeof input !== "number" || typeof output !== "number") return undefined;
  if (typeof cachedInput === "object" || typeof cacheWrite === "object") return undefined;
  return {
    input,
    output,
    ...(cachedInput !== undefined && { cachedInput }),
    ...(cacheWrite !== undefined && { cacheWrite }),
  };
}

const plainKinds = ["input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok"];

function pricesReasoning(price: ModelPrice): boolean {
  return price["output_reasoning_mtok"] !== undefined;
}

/** A price may differ by the hour, and from a date on: each hour of the day, and each date to come. */
function timesOfPrices({ prices }: ModelInfo, now: Date): readonly Date[] {
  if (!Array.isArray(prices)) return [now];
  const midnight = Math.floor(now.getTime() / dayMs) * dayMs;
  const halfHours = Array.from({ length: 48 }, (_, at) => new Date(midnight + (at * dayMs) / 48));
  const dates = prices.flatMap(({ constraint }) =>
    constraint?.type === "start_date" ? new Date(constraint.start_date) : [],
  );
  return [...halfHours, ...dates.filter((date) => date > now)];
}

const dayMs = 24 * 60 * 60 * 1000;

const inputKinds = ["input_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok"];
const outputKinds = ["output_mtok", "output_reasoning_mtok"];

/** The highest of several prices, at the size of a prompt where each is highest. */
function highest(prices: readonly ModelPrice[]): TokenRates {
  const most = (kinds: readonly string[]): number =>
    Math.max(0, ...prices.flatMap((price) => kinds.map((kind) => highestTier(price[kind]))));
  const call = Math.max(0, ...prices.map(feeIn));
  return { input: most(inputKinds), output: most(outputKinds), ...(call > 0 && { call }) };
}

function highestTier(price: number | TieredPrices | undefined): number {
  if (price === undefined || typeof price === "number") return price ?? 0;
  return Math.max(price.base, ...price.tiers.map((tier) => tier.price));
}

/** What each call costs besides its tokens, in dollars. */
function feeIn(price: ModelPrice): number {
  return highestTier(price["requests_kcount"]) / 1000;
}
