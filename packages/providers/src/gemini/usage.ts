import type { UsageMetadata } from "@google/generative-ai";
import type { Usage } from "@massgen/core/model";
import { objectOf, tokensOf } from "@massgen/provider-kit/parts";
import { usageFrom } from "@massgen/provider-kit/wire";

/** Keeps what the chunks of one answer report. */
export interface UsageMeter {
  /** Takes a `usageMetadata`. Figures are cumulative, but a later report may leave out what an earlier one said. */
  readonly note: (usageMetadata: unknown) => void;
  /** Undefined as long as nothing was counted. */
  readonly read: () => Usage | undefined;
}

/** The SDK's type lacks the figures of thinking models. */
interface WireUsage extends UsageMetadata {
  readonly thoughtsTokenCount?: number;
  readonly toolUsePromptTokenCount?: number;
}

const figures = [
  "promptTokenCount",
  "toolUsePromptTokenCount",
  "candidatesTokenCount",
  "thoughtsTokenCount",
  "totalTokenCount",
  "cachedContentTokenCount",
] as const satisfies readonly (keyof WireUsage)[];

/** Makes the meter of one answer. */
export function createUsageMeter(): UsageMeter {
  const reported: Partial<Record<(typeof figures)[number], number>> = {};
  /** Made when something is reported, because it is read for every event. */
  let usage: Usage | undefined;
  return {
    note(usageMetadata) {
      const said = objectOf(usageMetadata);
      if (said === undefined) return;
      for (const name of figures) {
        const count = tokensOf(said[name]);
        if (count !== undefined) reported[name] = count;
      }
      usage = usageOf(reported);
    },
    read: () => usage,
  };
}

function usageOf(reported: Partial<WireUsage>): Usage | undefined {
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, toolUsePromptTokenCount } = reported;
  return usageFrom({
    inputTokens: sumOf(promptTokenCount, toolUsePromptTokenCount),
    outputTokens: sumOf(candidatesTokenCount, thoughtsTokenCount),
    totalTokens: reported.totalTokenCount,
    cachedInputTokens: reported.cachedContentTokenCount,
    reasoningTokens: thoughtsTokenCount,
  });
}

/** The sum of what is known of two figures; undefined when neither is. */
function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}
