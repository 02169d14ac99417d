import { z } from "zod";
import { isEmpty, report, unlessUnsupported, unsupported } from "../fields/field.ts";
import { honoured, refused, type FieldTable } from "../fields/field-table.ts";
import { sampled } from "../fields/sampling.ts";

const longestModelName = 256;
const flag = z.boolean().nullish();

/** One prompt: a string, or a list of one string. */
const prompt = z
  .unknown()
  .optional()
  .transform((value, context): string => {
    const [only, ...others] = Array.isArray(value) ? (value as unknown[]) : [value];
    if (typeof only === "string" && others.length === 0) return only;
    if (value === undefined) report(context, "missing_required_parameter", "is missing");
    else if (others.length > 0) report(context, "unsupported_parameter", "must be one string: send a request for each");
    else report(context, "invalid_type", "must be a string: token ids are not supported");
    return z.NEVER;
  });

/** Every field of a request to `/v1/completions`; others are ignored. */
export const requestFields = {
  model: honoured(z.string().max(longestModelName).nullish(), "up to 256 characters; absent means `massgen`"),
  prompt: honoured(prompt, "one string, sent to the team as a user message"),
  stream: honoured(flag, ""),
  stream_options: honoured(z.object({ include_usage: flag }).nullish(), "`include_usage`: one more chunk with `usage`"),
  max_tokens: sampled("maxOutputTokens"),
  temperature: sampled("temperature"),
  top_p: sampled("topP"),
  frequency_penalty: sampled("frequencyPenalty"),
  presence_penalty: sampled("presencePenalty"),
  stop: sampled("stop"),
  seed: sampled("seed"),
  user: honoured(z.string().nullish(), "a string; part of the key by which services find prompts in their caches"),
  n: refused(
    unlessUnsupported(z.int().min(1).max(128).nullish(), (n) => (n ?? 1) > 1, "must be 1: one answer per request"),
    "above 1: a team gives one answer",
  ),
  best_of: refused(
    unlessUnsupported(z.int().min(1).max(128).nullish(), (n) => (n ?? 1) > 1, "must be 1: one answer per request"),
    "above 1",
  ),
  echo: refused(
    unlessUnsupported(flag, (wanted) => wanted === true, "is not supported: put the prompt before the answer yourself"),
    "`true`",
  ),
  suffix: refused(
    unsupported("is not supported: describe the text after the gap in the prompt", (value) => value === ""),
    "",
  ),
  logprobs: refused(
    unlessUnsupported(
      z.int().min(0).max(20).nullish(),
      (count) => (count ?? 0) > 0,
      "is not supported: a team's answer has no log probabilities",
    ),
    "above 0",
  ),
  logit_bias: refused(
    unsupported("is not supported: the models of a team do not share token ids", isEmpty),
    "unless empty: the models of a team do not share token ids",
  ),
} satisfies FieldTable;
