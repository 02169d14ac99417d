import type { ResponseFormat } from "@massgen/core/model";
import { z } from "zod";
import { isEmpty, isObject, plainName, unlessUnsupported, unsupported } from "../fields/field.ts";
import { honoured, ignored, refused, type FieldTable } from "../fields/field-table.ts";
import { jsonSchema } from "../fields/json-schema.ts";
import { list } from "../fields/list.ts";
import { pairs } from "../fields/pairs.ts";
import { sampled } from "../fields/sampling.ts";
import { inputSchema } from "./input-items.ts";
import { toolChoiceSchema } from "./tool-choice.ts";
import { mostTools, toolSchema } from "./tools.ts";

const longestModelName = 256;
const longestId = 300;
const flag = z.boolean().nullish();
const anything = z.unknown().optional();

const format = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("text") }).transform((): ResponseFormat => ({ type: "text" })),
    z.object({ type: z.literal("json_object") }).transform((): ResponseFormat => ({ type: "json-object" })),
    z
      .object({
        type: z.literal("json_schema"),
        name: plainName.nullish(),
        description: z.string().nullish(),
        schema: jsonSchema,
        strict: flag,
      })
      .transform(({ name, description, schema, strict }): ResponseFormat => ({
        type: "json-schema",
        name: name ?? "response",
        schema: typeof description === "string" && isObject(schema) ? { description, ...schema } : schema,
        ...(typeof strict === "boolean" && { strict }),
      })),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "must be text, json_object or json_schema" : undefined) },
);

/** Every field of a request to `/v1/responses`; others are ignored. */
export const requestFields = {
  model: honoured(z.string().max(longestModelName).nullish(), "up to 256 characters; absent means `massgen`"),
  input: honoured(inputSchema, "a string or items"),
  instructions: honoured(z.string().nullish(), "the first system message; not inherited by the next response"),
  previous_response_id: honoured(
    z.string().max(longestId).nullish(),
    "its conversation comes first, up to 200 responses and 20,000,000 characters; it must be stored and finished",
  ),
  store: honoured(flag, "`true` if absent: stored, see below"),
  background: honoured(
    flag,
    "answers at once, and the run continues without its client; fetch the response later. Needs `store`",
  ),
  stream: honoured(flag, ""),
  tools: honoured(
    list(toolSchema, { max: mostTools }).nullish(),
    "up to 1,000 in all: `function`, `custom` (the team sees a function with one string), `namespace` (its tools). The team sees names of up to 64 letters, digits, dashes and underscores; yours come back. Tools that run at OpenAI (`web_search`, ...) are left out, and a trace line says so",
  ),
  tool_choice: honoured(
    toolChoiceSchema.nullish(),
    "`none`, `auto`, `required`, a `function` or `custom` tool, or `allowed_tools`; a tool that runs at OpenAI is refused",
  ),
  parallel_tool_calls: honoured(flag, "`false`: one call at most"),
  text: honoured(
    z.object({ format: format.nullish() }).nullish(),
    "`format`: `text`, `json_object`, `json_schema`; `verbosity` is ignored",
  ),
  max_output_tokens: sampled("maxOutputTokens"),
  temperature: sampled("temperature"),
  top_p: sampled("topP"),
  reasoning: honoured(
    z.object({ effort: sampled("reasoningEffort").schema, summary: z.string().max(64).nullish() }).nullish(),
    "`effort` is passed on; the traces are the summary: `concise` asks for `traces: summary`, `detailed` for `full`, up to what the configuration shows; the header `x-massgen-traces` wins",
  ),
  metadata: honoured(
    pairs({ most: 16, longestKey: 64, longestValue: 512 }),
    "up to 16 pairs of strings, echoed; `massgen_metadata` stands beside it. `user_id` is used like `prompt_cache_key` where there is none",
  ),
  include: ignored(anything, "there is no encrypted reasoning, and there are no log probabilities"),
  truncation: ignored(anything, "an input that is too long for a model is an error"),
  service_tier: ignored(anything, "the agents' providers have tiers of their own"),
  user: honoured(z.string().nullish(), "a string, echoed; used like `prompt_cache_key` where there is none"),
  prompt_cache_key: honoured(
    anything,
    "services that find prompts in their caches by a key get one made of it, the agent and the purpose of the call",
  ),
  prompt_cache_retention: ignored(anything, ""),
  safety_identifier: ignored(anything, ""),
  max_tool_calls: ignored(anything, "it limits tools that run at OpenAI"),
  stream_options: ignored(anything, "there is no padding"),
  client_metadata: ignored(anything, ""),
  conversation: refused(unsupported("is not supported: send 'previous_response_id' or all items"), "send items"),
  prompt: refused(unsupported("is not supported: send the text of the prompt as 'input'", isEmpty), "send `input`"),
  top_logprobs: refused(
    unlessUnsupported(
      z.int().min(0).max(20).nullish(),
      (count) => (count ?? 0) > 0,
      "is not supported: a team's answer has no log probabilities",
    ),
    "above 0",
  ),
} satisfies FieldTable;
