import { z } from "zod";
import { isEmpty, unlessUnsupported, unsupported } from "../fields/field.ts";
import { honoured, ignored, refused, shapeOf, type FieldTable } from "../fields/field-table.ts";
import { list } from "../fields/list.ts";
import { messageSchema } from "./message-schema.ts";
import { pairs } from "../fields/pairs.ts";
import { sampled } from "../fields/sampling.ts";
import { responseFormatSchema } from "./response-format.ts";
import { toolChoiceSchema } from "./tool-choice.ts";
import { mostTools, toolSchema } from "./tool-schema.ts";

const longestModelName = 256;

const flag = z.boolean().nullish();
const text = z.string().nullish();
const noLogprobs = "is not supported: a team's answer has no log probabilities";

export const streamOptionFields = {
  include_usage: honoured(flag, "one more chunk with `usage`; without `stream` no effect"),
  include_massgen_events: honoured(
    flag,
    "the [events](#events) of the run beside the text, like the header `x-massgen-events: 1`; without `stream` no effect",
  ),
  include_obfuscation: ignored(flag, "there is no padding"),
} satisfies FieldTable;

/** Every field of a chat completion request; others are ignored. */
export const requestFields = {
  model: honoured(z.string().max(longestModelName).nullish(), "up to 256 characters; absent means `massgen`"),
  messages: honoured(list(messageSchema, { min: 1 }), "at least one"),
  stream: honoured(flag, ""),
  stream_options: honoured(z.object(shapeOf(streamOptionFields)).nullish(), ""),
  tools: honoured(
    list(toolSchema, { max: mostTools }).nullish(),
    "up to 128 functions with names of their own; `description`, `parameters` and `strict` are passed on. Custom tools are refused",
  ),
  tool_choice: honoured(
    toolChoiceSchema.nullish(),
    "`none`, `auto`, `required`, a function, or `allowed_tools`; what it names must be in `tools`. Custom tools are refused",
  ),
  parallel_tool_calls: honoured(flag, "`false`: one call at most"),
  response_format: honoured(
    responseFormatSchema.nullish(),
    "`text`, `json_object`, `json_schema`; `name`, if given, is 1 to 64 letters, digits, `_`, `-`",
  ),
  max_completion_tokens: sampled(
    "maxOutputTokens",
    "limits the answer, while `usage` counts all calls; 0 and -1 count as absent; wins over `max_tokens`",
  ),
  max_tokens: sampled("maxOutputTokens", "the old name of `max_completion_tokens`"),
  temperature: sampled("temperature"),
  top_p: sampled("topP"),
  frequency_penalty: sampled("frequencyPenalty"),
  presence_penalty: sampled("presencePenalty"),
  stop: sampled("stop"),
  seed: sampled("seed"),
  reasoning_effort: sampled("reasoningEffort"),
  user: honoured(text, "a string; used like `prompt_cache_key` where there is none"),
  safety_identifier: ignored(z.string().max(64).nullish(), "up to 64 characters"),
  metadata: honoured(
    pairs({ most: 16, longestKey: 64, longestValue: 512 }),
    "up to 16 pairs of strings, keys up to 64 characters, values up to 512; `user_id` is used like `prompt_cache_key` where there is none, all come back with a stored completion",
  ),
  store: honoured(flag, "`true` keeps the completion, see below"),
  service_tier: ignored(text, "the agents' providers have tiers of their own"),
  prompt_cache_key: honoured(
    text,
    "a string; services that find prompts in their caches by a key get one made of it, the agent and the purpose of the call",
  ),
  prompt_cache_options: ignored(z.object({}).nullish(), "an object"),
  prompt_cache_retention: ignored(text, "a string"),
  prediction: ignored(z.object({}).nullish(), "it speeds up single models only"),
  verbosity: ignored(z.enum(["low", "medium", "high"]).nullish(), "`low`, `medium`, `high`"),
  n: refused(
    unlessUnsupported(z.int().min(1).max(128).nullish(), (n) => (n ?? 1) > 1, "must be 1: one answer per request"),
    "above 1: a team gives one answer",
  ),
  logprobs: refused(
    unlessUnsupported(flag, (wanted) => wanted === true, noLogprobs),
    "`true`",
  ),
  top_logprobs: refused(
    unlessUnsupported(z.int().min(0).max(20).nullish(), (count) => (count ?? 0) > 0, noLogprobs),
    "above 0",
  ),
  logit_bias: refused(
    unsupported("is not supported: the models of a team do not share token ids", isEmpty),
    "unless empty: the models of a team do not share token ids",
  ),
  modalities: refused(
    unlessUnsupported(
      list(z.enum(["text", "audio"])).nullish(),
      (kinds) => (kinds ?? []).includes("audio"),
      "must not ask for audio: answers are text",
    ),
    "when it holds `audio`",
  ),
  audio: refused(unsupported("is not supported: answers are text"), "answers are text"),
  web_search_options: refused(unsupported("is not supported: offer a search of your own in 'tools'"), "use `tools`"),
  moderation: refused(unsupported("is not supported"), ""),
  functions: refused(unsupported("is the old form of 'tools': send those", isEmpty), "send `tools`"),
  function_call: refused(
    unsupported("is the old form of 'tool_choice': send that", (choice) => choice === "none" || choice === "auto"),
    "send `tool_choice`",
  ),
} satisfies FieldTable;
