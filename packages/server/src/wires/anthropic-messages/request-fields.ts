import { z } from "zod";
import { unsupported } from "../fields/field.ts";
import { honoured, ignored, passedOn, refused, type FieldTable } from "../fields/field-table.ts";
import { jsonSchema } from "../fields/json-schema.ts";
import { list } from "../fields/list.ts";
import { sampled } from "../fields/sampling.ts";
import { blocksOf } from "./blocks.ts";
import { messageSchema } from "./message-schema.ts";
import { mostTools, toolChoiceSchema, toolSchema } from "./tools.ts";

const longestModelName = 256;
const anything = z.unknown().optional();

const format = z.object({ type: z.literal("json_schema"), schema: jsonSchema }).nullish();

/** Every field of a request to `/v1/messages`; others are ignored. */
export const requestFields = {
  model: honoured(z.string().max(longestModelName).nullish(), "up to 256 characters; absent means `massgen`"),
  messages: honoured(list(messageSchema, { min: 1 }), "at least one; roles `user`, `assistant`, and `system` anywhere"),
  system: honoured(
    blocksOf("system", { optional: true }),
    "string or text blocks; the first system message. A block that `cache_control` marks ends one. Claude Code's line `x-anthropic-billing-header`, which is another one each time, is left out",
  ),
  stream: honoured(z.boolean().nullish(), ""),
  max_tokens: sampled("maxOutputTokens", "limits the answer, while `usage` counts all calls; may be absent"),
  stop_sequences: sampled("stop"),
  temperature: sampled("temperature"),
  top_p: sampled("topP"),
  top_k: ignored(z.number().nullish(), "most of the models' services do not take it"),
  tools: honoured(
    list(toolSchema, { max: mostTools }).nullish(),
    "up to 1,000 with names of their own; `name`, `description`, `input_schema`, `strict` are passed on. Anthropic's own tools (`web_search_...`, `bash_...`) are left out, and a trace line says so",
  ),
  tool_choice: honoured(
    toolChoiceSchema.nullish(),
    "`auto`, `any`, `tool`, `none`; `disable_parallel_tool_use`: one call at most",
  ),
  thinking: honoured(
    z.object({ type: z.string().max(64), display: z.string().max(64).nullish() }).nullish(),
    "traces go out as a `thinking` block if it is `enabled` or `adaptive` and `display` is not `omitted`; a budget is ignored",
  ),
  output_config: honoured(
    z.object({ effort: sampled("reasoningEffort").schema, format }).nullish(),
    "`effort` is passed on as reasoning effort; the answer follows `format`, a JSON Schema",
  ),
  output_format: honoured(format, "the older place of `output_config.format`"),
  metadata: honoured(
    anything,
    "`user_id` is part of the key by which services find prompts in their caches; the rest is ignored",
  ),
  cache_control: passedOn(anything, "to members on Claude, whose prompts end with a mark anyway; a `ttl` holds for it"),
  service_tier: ignored(anything, "the agents' providers have tiers of their own"),
  context_management: ignored(anything, "the models get the conversation unchanged"),
  container: ignored(anything, ""),
  mcp_servers: ignored(anything, "the client calls its tool servers itself"),
  thread: refused(
    unsupported("is not supported: send the whole conversation as 'messages'"),
    "Anthropic's tool runners then send all messages with each turn by themselves",
  ),
} satisfies FieldTable;
