import type { UsageMetadata } from "@google/generative-ai";
import type { Usage } from "@massgen/core/model";
import { objectOf } from "../wire/json-value.ts";

/** Keeps what the chunks of one answer report. */
export interface UsageMeter {
  /** Takes a `usageMetadata`. Figures are cumulative, but a later report may leave out what an earlier one said. */
  readonly note: (usageMetadata: unknown) => void;
  /** Undefined as long as nothing was counted. */
  readonly read: () => Usage | undefined;
}

/** The SDK's type ends before thinking models. */
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

/** What is larger is no count of tokens. */
const mostTokens = 1e12;

/** Makes the meter of one answer. */
export function createUsageMeter(): UsageMeter {
  const reported: Partial<Record<(typeof figures)[number], number>> = {};
  return {
    note(usageMetadata) {
      const said = objectOf(usageMetadata);
      if (said === undefined) return;
      for (const name of figures) {
        const count = said[name];
        if (isCount(count)) reported[name] = count;
      }
    },
    read: () => usageOf(reported),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= mostTokens;
}

function usageOf(reported: Partial<WireUsage>): Usage | undefined {
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount, cachedContentTokenCount } =
    reported;
  // No prompt is empty: a service that does not count says 0 everywhere.
  if (!promptTokenCount && !candidatesTokenCount && !thoughtsTokenCount && !totalTokenCount) return undefined;
  const output = candidatesTokenCount ?? thoughtsTokenCount;
  return {
    ...(promptTokenCount !== undefined && { inputTokens: promptTokenCount + (reported.toolUsePromptTokenCount ?? 0) }),
    ...(output !== undefined && { outputTokens: (candidatesTokenCount ?? 0) + (thoughtsTokenCount ?? 0) }),
    ...(totalTokenCount !== undefined && { totalTokens: totalTokenCount }),
    ...(cachedContentTokenCount !== undefined && { cachedInputTokens: cachedContentTokenCount }),
    ...(thoughtsTokenCount !== undefined && { reasoningTokens: thoughtsTokenCount }),
  };
}
