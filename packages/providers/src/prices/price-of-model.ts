import type { PricedUsage, TokenPrice, TokenRates } from "@massgen/core/model";

/** What the calls of one model cost. */
export interface PriceOfModel {
  /** The most that they are charged. */
  readonly rates: TokenRates;
  /**
   * What a call cost, in dollars.
   * @param at when it ended: some prices depend on the hour
   */
  readonly cost: (usage: PricedUsage, at: Date) => number;
}

const million = 1_000_000;

/** A price that a configuration gives. */
export function givenPrice({ input, output, cachedInput = input, cacheWrite = input }: TokenPrice): PriceOfModel {
  return {
    rates: { input: Math.max(input, cachedInput, cacheWrite), output },
    cost({ inputTokens, cachedInputTokens: cached, cacheWriteTokens: written, outputTokens }) {
      const plain = inputTokens - cached - written;
      return (plain * input + cached * cachedInput + written * cacheWrite + outputTokens * output) / million;
    },
  };
}
