import type { Usage } from "@massgen/core/model";
import { listOf, objectOf, tokensOf } from "@massgen/provider-kit/parts";
import { type JsonObject, usageFrom } from "@massgen/provider-kit/wire";

/** The usage in a chunk or completion, from whichever of its places holds one. */
export function usageOf(payload: JsonObject): Usage | undefined {
  return (
    usageIn(payload["usage"]) ??
    usageIn(objectOf(payload["x_groq"])?.["usage"]) ??
    usageIn(objectOf(listOf(payload["choices"])[0])?.["usage"])
  );
}

function usageIn(place: unknown): Usage | undefined {
  const reported = objectOf(place);
  return reported === undefined ? undefined : readUsage(reported);
}

function readUsage(reported: JsonObject): Usage | undefined {
  const usage = usageFrom({
    inputTokens: reported["prompt_tokens"],
    outputTokens: reported["completion_tokens"],
    totalTokens: reported["total_tokens"],
    cachedInputTokens:
      tokensOf(objectOf(reported["prompt_tokens_details"])?.["cached_tokens"]) ??
      tokensOf(reported["prompt_cache_hit_tokens"]) ??
      reported["cached_tokens"],
    cacheWriteTokens:
      objectOf(reported["prompt_tokens_details"])?.["cache_write_tokens"] ?? reported["cache_creation_input_tokens"],
    reasoningTokens: objectOf(reported["completion_tokens_details"])?.["reasoning_tokens"],
  });
  return usage === undefined ? undefined : withReasoning(usage);
}

/** xAI leaves reasoning out of `completion_tokens`, as the total shows. */
function withReasoning(usage: Usage): Usage {
  const { inputTokens, outputTokens, reasoningTokens, totalTokens } = usage;
  if (inputTokens === undefined || outputTokens === undefined || !reasoningTokens) return usage;
  const all = outputTokens + reasoningTokens;
  return totalTokens === inputTokens + all ? { ...usage, outputTokens: all } : usage;
}
