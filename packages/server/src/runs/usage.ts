import type { Usage } from "@massgen/core/model";

const figures = [
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "reasoningTokens",
] as const;

/**
 * The figures that are numbers of tokens. A host's own engine may sum up anything, and clients refuse an answer with
 * any other figure.
 */
export function soundUsage(usage: Usage): Usage {
  const sound = figures.filter((name) => {
    const figure: unknown = usage[name];
    return Number.isSafeInteger(figure) && (figure as number) >= 0;
  });
  return Object.fromEntries(sound.map((name) => [name, usage[name]]));
}

/** Usage with the three figures that wires ask for. */
export interface FullUsage extends Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
}

/**
 * Adds what is missing: a figure that no provider reported is worked out from the other two where that is possible and
 * is 0 otherwise (see {@link isWholeUsage}). The total is the sum of its parts, and more where some providers reported
 * totals only.
 */
export function fullUsage(usage: Usage): FullUsage {
  const { inputTokens, outputTokens, totalTokens } = usage;
  const input = inputTokens ?? rest(totalTokens, outputTokens);
  const output = outputTokens ?? rest(totalTokens, inputTokens);
  return {
    ...usage,
    inputTokens: input,
    outputTokens: output,
    totalTokens: Math.max(totalTokens ?? 0, input + output),
  };
}

/** Whether every figure of {@link fullUsage} comes from what providers reported. */
export function isWholeUsage({ inputTokens, outputTokens, totalTokens }: Usage): boolean {
  return [inputTokens, outputTokens, totalTokens].filter((figure) => figure !== undefined).length >= 2;
}

function rest(total: number | undefined, part: number | undefined): number {
  return total === undefined || part === undefined ? 0 : Math.max(0, total - part);
}
