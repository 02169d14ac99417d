import {
  type ChatModel,
  type Clock,
  type EndedCall,
  systemClock,
  type TokenPrice,
  type TokenRates,
} from "@massgen/core/model";
import { givenPrice, type PriceOfModel } from "./price-of-model.ts";
import { isListed, type ListedModel, loadPriceList, type PriceList } from "./price-list.ts";

/** The prices of models, for the ports of their teams. */
export interface PriceBook {
  /** What an ended call cost, in dollars; null where that is unknown. */
  readonly price: (call: EndedCall) => number | null;
  /** The most that calls of a model are charged; undefined where that is unknown. */
  readonly rates: (model: ChatModel) => TokenRates | undefined;
  /**
   * Loads the list of public prices, if a model was made whose price it may have. Until then such prices are unknown.
   * Never rejects: without the list they stay so.
   */
  readonly load: () => Promise<void>;
}

/** A model, and the price that its configuration gives. */
export interface ModelToPrice extends ListedModel {
  readonly given?: TokenPrice;
}

/** A book that a registry writes its models into. */
export interface WritablePriceBook extends PriceBook {
  readonly add: (model: ChatModel, facts: ModelToPrice) => void;
}

/** Makes an empty book. A model's price is looked up once, when it is first asked for. */
export function createPriceBook(clock: Pick<Clock, "date"> = systemClock): WritablePriceBook {
  const models = new WeakMap<ChatModel, ModelToPrice>();
  const found = new WeakMap<ChatModel, PriceOfModel | "none">();
  let list: PriceList | undefined;
  let loading: Promise<void> | undefined;
  let wanted = false;

  function priceOf(model: ChatModel): PriceOfModel | undefined {
    const known = found.get(model) ?? lookUp(model);
    return known === "none" ? undefined : known;
  }

  function lookUp(model: ChatModel): PriceOfModel | "none" {
    const facts = models.get(model);
    if (facts === undefined) return "none";
    if (facts.given === undefined && isListed(facts.type) && list === undefined) return "none";
    const price = facts.given ? givenPrice(facts.given) : list?.find(facts, new Date(clock.date()));
    found.set(model, price ?? "none");
    return price ?? "none";
  }

  return {
    add(model, facts) {
      models.set(model, facts);
      wanted ||= facts.given === undefined && isListed(facts.type);
    },
    price({ model, usage, endedAt }) {
      return priceOf(model)?.cost(usage, new Date(endedAt)) ?? null;
    },
    rates: (model) => priceOf(model)?.rates,
    load() {
      if (!wanted) return Promise.resolve();
      loading ??= loadPriceList().then(
        (loaded) => {
          list = loaded;
        },
        () => {},
      );
      return loading;
    },
  };
}
