import type { Receipt } from "@massgen/core";
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
 * The figures that are valid token counts. A host's own engine may report anything, and clients reject an answer with
 * an invalid figure.
 */
export function soundUsage(usage: Usage): Usage {
  const sound = figures.filter((name) => {
    const figure: unknown = usage[name];
    return Number.isSafeInteger(figure) && (figure as number) >= 0;
  });
  return Object.fromEntries(sound.map((name) => [name, usage[name]]));
}

/** Usage with the three figures that wires require. */
export interface FullUsage extends Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
}

/**
 * Fills in missing figures: one that no provider reported is derived from the other two if possible, and is 0 otherwise
 * (see {@link isWholeUsage}). The total is at least the sum of its parts, and more if some providers reported only
 * totals. No part is more than what it is a part of: clients subtract one from the other.
 */
export function fullUsage(usage: Usage): FullUsage {
  const { inputTokens, outputTokens, totalTokens } = usage;
  const input = inputTokens ?? rest(totalTokens, outputTokens);
  const output = outputTokens ?? rest(totalTokens, inputTokens);
  const { cachedInputTokens: cached, cacheWriteTokens: written, reasoningTokens: reasoning } = usage;
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: Math.max(totalTokens ?? 0, input + output),
    ...(cached !== undefined && { cachedInputTokens: Math.min(cached, input) }),
    ...(written !== undefined && { cacheWriteTokens: Math.min(written, input - Math.min(cached ?? 0, input)) }),
    ...(reasoning !== undefined && { reasoningTokens: Math.min(reasoning, output) }),
  };
}

/** Whether all figures of {@link fullUsage} come from providers' reports. */
export function isWholeUsage({ inputTokens, outputTokens, totalTokens }: Usage): boolean {
  return [inputTokens, outputTokens, totalTokens].filter((figure) => figure !== undefined).length >= 2;
}

/**
 * What a run used, for wires that always say so: the figures that providers reported, and core's estimate of those that
 * they did not report.
 */
export function usageOfRun({ usage = {}, unreported }: Pick<Receipt, "usage" | "unreported">): FullUsage {
  const reported = soundUsage(usage);
  if (unreported === undefined) return fullUsage(reported);
  const { inputTokens: input = 0, outputTokens: output = 0 } = reported;
  const { inputTokens = 0, outputTokens = 0 } = soundUsage(unreported);
  return fullUsage({ ...reported, inputTokens: input + inputTokens, outputTokens: output + outputTokens });
}

function rest(total: number | undefined, part: number | undefined): number {
  return total === undefined || part === undefined ? 0 : Math.max(0, total - part);
}
