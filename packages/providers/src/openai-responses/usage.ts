import type { Usage } from "@massgen/core/model";
import { objectOf } from "@massgen/provider-kit/parts";
import { type JsonObject, usageFrom } from "@massgen/provider-kit/wire";

/** The usage that a response reports; undefined where it reports none. */
export function usageOf(response: JsonObject): Usage | undefined {
  const reported = objectOf(response["usage"]);
  if (reported === undefined) return undefined;
  const input = objectOf(reported["input_tokens_details"]) ?? {};
  return usageFrom({
    inputTokens: reported["input_tokens"],
    outputTokens: reported["output_tokens"],
    totalTokens: reported["total_tokens"],
    cachedInputTokens: input["cached_tokens"],
    cacheWriteTokens: input["cache_write_tokens"],
    reasoningTokens: objectOf(reported["output_tokens_details"])?.["reasoning_tokens"],
  });
}
