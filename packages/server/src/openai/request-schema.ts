import { z } from "zod";
import { ApiError } from "./errors.ts";
import { isEmpty, never, refused, unlessRefused } from "./field.ts";
import { firstProblem } from "./issue.ts";
import { messageSchema } from "./message-schema.ts";

const longestModelName = 256;
const int64 = 2 ** 63;

const flag = z.boolean().nullish();
const text = z.string().nullish();
const tokenLimit = z.int().min(0).nullish();
const penalty = z.number().min(-2).max(2).nullish();

/** Fields that shape the answer. */
const honoured = {
  model: z.string().max(longestModelName).nullish(),
  messages: z.array(messageSchema).min(1),
  stream: flag,
  stream_options: z.object({ include_usage: flag, include_obfuscation: flag }).nullish(),
  max_completion_tokens: tokenLimit,
  max_tokens: tokenLimit,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: penalty,
  presence_penalty: penalty,
  stop: z
    .union([z.string(), z.array(z.string()).min(1).max(4)], {
      error: () => "must be a string or a list of 1 to 4 strings",
    })
    .nullish(),
  seed: z
    .number()
    .min(-int64)
    .max(int64)
    .refine((value) => Number.isInteger(value), { error: "must be a whole number" })
    .nullish(),
  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
};

/** Fields that are checked and change nothing here. */
const ignored = {
  user: text,
  store: flag,
  service_tier: text,
  safety_identifier: z.string().max(64).nullish(),
  prompt_cache_key: text,
  prompt_cache_retention: text,
  prompt_cache_options: z.object({}).nullish(),
  verbosity: z.enum(["low", "medium", "high"]).nullish(),
  metadata: z
    .record(z.string().max(64), z.string().max(512))
    .refine((pairs) => Object.keys(pairs).length <= 16, { error: "must have at most 16 pairs" })
    .nullish(),
  prediction: z.object({}).nullish(),
  parallel_tool_calls: flag,
};

/** Fields whose meaning this server cannot honour: refused by name unless they ask for nothing. */
const refusable = {
  n: unlessRefused(z.int().min(1).max(128).nullish(), (n) => (n ?? 1) > 1, "must be 1: one answer per request"),
  logprobs: unlessRefused(
    flag,
    (wanted) => wanted === true,
    "is not supported: a team's answer has no log probabilities",
  ),
  top_logprobs: unlessRefused(
    z.int().min(0).max(20).nullish(),
    (count) => (count ?? 0) > 0,
    "is not supported: a team's answer has no log probabilities",
  ),
  logit_bias: refused(isEmpty, "is not supported: the models of a team do not share token ids").optional(),
  tools: refused(isEmpty).optional(),
  functions: refused(isEmpty).optional(),
  tool_choice: refused((choice) => choice === "none" || choice === "auto").optional(),
  function_call: refused((choice) => choice === "none" || choice === "auto").optional(),
  response_format: unlessRefused(
    z.object({ type: z.enum(["text", "json_object", "json_schema"]) }).nullish(),
    (format) => (format?.type ?? "text") !== "text",
    'is not supported yet, except for {"type": "text"}',
  ),
  modalities: unlessRefused(
    z.array(z.enum(["text", "audio"])).nullish(),
    (kinds) => (kinds ?? []).includes("audio"),
    "must not ask for audio: answers are text",
  ),
  audio: refused(never, "is not supported: answers are text").optional(),
  web_search_options: refused(never, "is not supported").optional(),
  moderation: refused(never, "is not supported").optional(),
};

/** Every field of a chat completion request; others are ignored. */
const requestSchema = z.object({ ...honoured, ...ignored, ...refusable });

/** A request whose every field is as it should be. */
export type ChatCompletionRequest = Pick<z.output<typeof requestSchema>, keyof typeof honoured>;

/**
 * Checks a parsed body.
 * @throws ApiError `invalid-body` when it is not an object, `invalid-field` naming the first field that is wrong or not supported
 */
export function parseRequest(body: unknown): ChatCompletionRequest {
  if (body === undefined) throw new ApiError("invalid-body", "The request has no body. Send a JSON object.");
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ApiError("invalid-body", "The request body must be a JSON object.");
  }
  const parsed = requestSchema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { message, param, code } = firstProblem(parsed.error.issues);
  throw new ApiError("invalid-field", message, { param, code });
}
