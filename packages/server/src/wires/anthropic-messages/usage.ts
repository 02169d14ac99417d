import type { Usage } from "@massgen/core/model";
import { fullUsage, soundUsage } from "../../runs/usage.ts";

/** Token counts as Anthropic's clients read them: `input_tokens` leaves out what was read from a cache. */
export interface MessageUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
}

/** A team's token counts; all 0 where no provider reported any. */
export function toUsage(usage: Usage = {}): MessageUsage {
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = fullUsage(soundUsage(usage));
  return {
    input_tokens: Math.max(0, inputTokens - cachedInputTokens),
    output_tokens: outputTokens,
    cache_read_input_tokens: cachedInputTokens,
    cache_creation_input_tokens: 0,
  };
}
