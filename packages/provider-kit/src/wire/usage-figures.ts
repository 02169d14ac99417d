import type { Usage } from "@massgen/core/model";

/** The bound of figures: no call has a billion tokens. */
const beyondCounting = 1e9;

/**
 * A figure of an upstream's usage report: a whole number from 0 to below 1e9. Anything else (negative, fractional, NaN,
 * a text that looks like a number) counts as not reported.
 */
export function tokensOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < beyondCounting
    ? // -0 is none.
      value + 0
    : undefined;
}

/** What an upstream reported under each name, unchecked. */
export type UsageFigures = { readonly [Name in keyof Usage]?: unknown };

/**
 * The usage of a call from what its provider reported: the one reader of all wires. Invalid figures (see
 * {@link tokensOf}) are absent, and a total without its parts stays a total. Undefined where every figure is 0: no
 * prompt is empty, so such an upstream does not count tokens.
 */
export function usageFrom(figures: UsageFigures): Usage | undefined {
  const inputTokens = tokensOf(figures.inputTokens);
  const outputTokens = tokensOf(figures.outputTokens);
  const totalTokens = tokensOf(figures.totalTokens);
  const cachedInputTokens = tokensOf(figures.cachedInputTokens);
  const cacheWriteTokens = tokensOf(figures.cacheWriteTokens);
  const reasoningTokens = tokensOf(figures.reasoningTokens);
  if (!inputTokens && !outputTokens && !totalTokens) return undefined;
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(totalTokens !== undefined && { totalTokens }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  };
}
