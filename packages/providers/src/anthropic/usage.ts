import type { Usage } from "@massgen/core/model";
import { objectOf, tokensOf } from "@massgen/provider-kit/parts";
import { usageFrom } from "@massgen/provider-kit/wire";

/** Adds up what the events of one message report. */
export interface UsageMeter {
  /** Takes a `usage` object, whole or in part. Figures are cumulative: a later one replaces an earlier one. */
  readonly note: (usage: unknown) => void;
  /** Undefined as long as nothing was counted. */
  readonly read: () => Usage | undefined;
}

/** Makes a meter. It keeps five figures, whatever else events report. */
export function createUsageMeter(): UsageMeter {
  let fresh: number | undefined;
  let cached: number | undefined;
  let written: number | undefined;
  let outputTokens: number | undefined;
  let reasoningTokens: number | undefined;
  /** Made when something is reported, because it is read for every event. */
  let usage: Usage | undefined;
  return {
    note(report) {
      const reported = objectOf(report) ?? {};
      // Proxies that count late report 0 first, or again at the end. No prompt is empty.
      fresh = tokensOf(reported["input_tokens"]) || fresh;
      cached = tokensOf(reported["cache_read_input_tokens"]) ?? cached;
      written = tokensOf(reported["cache_creation_input_tokens"]) ?? written;
      outputTokens = tokensOf(reported["output_tokens"]) ?? outputTokens;
      reasoningTokens = tokensOf(objectOf(reported["output_tokens_details"])?.["thinking_tokens"]) ?? reasoningTokens;
      // Cached tokens are not among `input_tokens`.
      const inputTokens = (fresh ?? 0) + (cached ?? 0) + (written ?? 0);
      usage = usageFrom({
        inputTokens: inputTokens > 0 ? inputTokens : undefined,
        outputTokens,
        cachedInputTokens: cached,
        cacheWriteTokens: written,
        reasoningTokens,
      });
    },
    read: () => usage,
  };
}
