import type { Usage } from "@massgen/core/model";
import { listOf, numberOf, objectOf, type JsonObject } from "../wire/json-value.ts";

/** The usage in a chunk or completion, from whichever of its places holds one. */
export function usageOf(payload: JsonObject): Usage | undefined {
  const places = [
    payload["usage"],
    objectOf(payload["x_groq"])?.["usage"],
    objectOf(listOf(payload["choices"])[0])?.["usage"],
  ];
  for (const place of places) {
    const reported = objectOf(place);
    const usage = reported === undefined ? undefined : readUsage(reported);
    if (usage !== undefined) return usage;
  }
  return undefined;
}

function readUsage(reported: JsonObject): Usage | undefined {
  const inputTokens = numberOf(reported["prompt_tokens"]);
  const completion = numberOf(reported["completion_tokens"]);
  const totalTokens = numberOf(reported["total_tokens"]);
  // No prompt is empty: servers that do not count say 0 everywhere.
  if (!inputTokens && !completion && !totalTokens) return undefined;
  const input = objectOf(reported["prompt_tokens_details"]);
  const cachedInputTokens =
    numberOf(input?.["cached_tokens"]) ??
    numberOf(reported["prompt_cache_hit_tokens"]) ??
    numberOf(reported["cached_tokens"]);
  const reasoningTokens = numberOf(objectOf(reported["completion_tokens_details"])?.["reasoning_tokens"]);
  const outputTokens = outputOf(inputTokens, completion, reasoningTokens, totalTokens);
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(totalTokens !== undefined && { totalTokens }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  };
}

/** xAI leaves reasoning out of `completion_tokens`; the total gives it away. */
function outputOf(
  input: number | undefined,
  completion: number | undefined,
  reasoning: number | undefined,
  total: number | undefined,
): number | undefined {
  if (input === undefined || completion === undefined || !reasoning) return completion;
  return total === input + completion + reasoning ? completion + reasoning : completion;
}
