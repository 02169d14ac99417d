import type { Usage } from "@massgen/core/model";
import { fullUsage } from "../../runs/usage.ts";

/** Token counts as OpenAI clients read them. */
export interface CompletionUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens: number };
  readonly completion_tokens_details?: { readonly reasoning_tokens: number };
}

/** A team's token counts. The wire requires all three: see {@link fullUsage}. */
export function toUsage(usage: Usage): CompletionUsage {
  const { inputTokens, outputTokens, totalTokens, cachedInputTokens, reasoningTokens } = fullUsage(usage);
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: totalTokens,
    ...(cachedInputTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: cachedInputTokens } }),
    ...(reasoningTokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  };
}
