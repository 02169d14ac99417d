import { z } from "zod";

const tokens = z.int().min(0);

/** Token counts; `total_tokens` is the sum, details are parts of what they detail. */
export const usageShape = z
  .strictObject({
    prompt_tokens: tokens,
    completion_tokens: tokens,
    total_tokens: tokens,
    prompt_tokens_details: z
      .strictObject({
        cached_tokens: tokens.optional(),
        audio_tokens: tokens.optional(),
        // Not OpenAI's own; clients pass over it.
        cache_write_tokens: tokens.optional(),
      })
      .optional(),
    completion_tokens_details: z
      .strictObject({
        reasoning_tokens: tokens.optional(),
        audio_tokens: tokens.optional(),
        accepted_prediction_tokens: tokens.optional(),
        rejected_prediction_tokens: tokens.optional(),
      })
      .optional(),
  })
  .superRefine((usage, context) => {
    const fail = (message: string): void => context.addIssue({ code: "custom", message });
    if (usage.total_tokens < usage.prompt_tokens + usage.completion_tokens) fail("total_tokens is less than its parts");
    if ((usage.prompt_tokens_details?.cached_tokens ?? 0) > usage.prompt_tokens) fail("more cached than prompt tokens");
    if ((usage.completion_tokens_details?.reasoning_tokens ?? 0) > usage.completion_tokens) {
      fail("more reasoning than completion tokens");
    }
  });
