import type { Usage } from "@massgen/core/model";
import { numberOf, objectOf, type JsonObject } from "../wire/json-value.ts";

/** Adds up what the events of one message report. */
export interface UsageMeter {
  /** Takes a `usage` object, whole or in part. Figures are cumulative: a later one replaces an earlier one. */
  readonly note: (usage: unknown) => void;
  /** Undefined as long as nothing was counted. */
  readonly read: () => Usage | undefined;
}

/** Makes a meter. */
export function createUsageMeter(): UsageMeter {
  let reported: JsonObject = {};
  return {
    note(usage) {
      const figures = Object.entries(objectOf(usage) ?? {}).filter(
        // Proxies that count late say 0 first, or again at the end; nobody's prompt is empty.
        ([name, value]) => value !== null && !(name === "input_tokens" && value === 0),
      );
      reported = { ...reported, ...Object.fromEntries(figures) };
    },
    read: () => usageOf(reported),
  };
}

function usageOf(reported: JsonObject): Usage | undefined {
  const fresh = numberOf(reported["input_tokens"]);
  const cachedInputTokens = numberOf(reported["cache_read_input_tokens"]);
  const written = numberOf(reported["cache_creation_input_tokens"]);
  const outputTokens = numberOf(reported["output_tokens"]);
  const reasoningTokens = numberOf(objectOf(reported["output_tokens_details"])?.["thinking_tokens"]);
  // Cached tokens are not among `input_tokens`.
  const inputTokens = (fresh ?? 0) + (cachedInputTokens ?? 0) + (written ?? 0);
  if (inputTokens === 0 && !outputTokens) return undefined;
  return {
    ...(inputTokens > 0 && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  };
}
