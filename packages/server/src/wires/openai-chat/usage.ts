import type { Usage } from "@massgen/core/model";

/** Token counts as OpenAI clients read them. */
export interface CompletionUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens: number };
  readonly completion_tokens_details?: { readonly reasoning_tokens: number };
}

/**
 * A team's token counts. The wire asks for all three numbers: one that no provider reported is worked out from the other two where
 * that is possible and is 0 otherwise (see {@link isWholeUsage}). The total is the sum of its parts, and more where some providers reported
 * totals only.
 */
export function toUsage(usage: Usage): CompletionUsage {
  const { inputTokens, outputTokens, totalTokens, cachedInputTokens, reasoningTokens } = usage;
  const prompt = inputTokens ?? rest(totalTokens, outputTokens);
  const completion = outputTokens ?? rest(totalTokens, inputTokens);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: Math.max(totalTokens ?? 0, prompt + completion),
    ...(cachedInputTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: cachedInputTokens } }),
    ...(reasoningTokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  };
}

/** Whether every number of {@link toUsage} comes from what providers reported. */
export function isWholeUsage({ inputTokens, outputTokens, totalTokens }: Usage): boolean {
  return [inputTokens, outputTokens, totalTokens].filter((figure) => figure !== undefined).length >= 2;
}

function rest(total: number | undefined, part: number | undefined): number {
  return total === undefined || part === undefined ? 0 : Math.max(0, total - part);
}
