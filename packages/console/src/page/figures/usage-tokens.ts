import type { Usage } from "@massgen/core";

/** All tokens of a report, those in and those out; undefined where it says nothing. */
export function tokensOf(usage: Usage | undefined): number | undefined {
  if (usage === undefined) return undefined;
  const { totalTokens, inputTokens, outputTokens } = usage;
  if (totalTokens !== undefined) return totalTokens;
  return inputTokens === undefined && outputTokens === undefined ? undefined : (inputTokens ?? 0) + (outputTokens ?? 0);
}

/** The sum of what is known; undefined where nothing is. */
export function sumOf(figures: readonly (number | undefined)[]): number | undefined {
  return figures.reduce((sum, figure) => (figure === undefined ? sum : (sum ?? 0) + figure), undefined);
}
