import { z } from "zod";

const count = z.int().min(0);
const dollars = z.number().min(0).nullable();
const error = z.strictObject({ code: z.string(), message: z.string() });

/** `massgen_metadata`: what this server adds to OpenAI's shapes. */
export const metadataShape = z.strictObject({
  run_id: z.string().min(1),
  team: z.string().min(1).nullable(),
  outcome: z.enum(["unanimous", "majority", "plurality", "tied", "single"]),
  degraded: z.boolean(),
  reasons: z.array(z.string()),
  winner: z.string().nullable(),
  presenter: z.string().nullable(),
  final_answer: z.enum(["select", "synthesize"]).nullable(),
  votes: z.array(z.strictObject({ voter: z.string(), choice: z.string(), reason: z.string() })),
  tally: z.record(z.string(), count),
  agents: z
    .array(
      z.strictObject({
        id: z.string(),
        model: z.string(),
        status: z.enum(["completed", "failed", "too-slow", "not-needed", "unsupported-input", "over-budget"]),
        error: error.optional(),
        fallback: z.strictObject({ model: z.string(), error }).optional(),
        answer_chars: count.optional(),
        draft_ms: count.optional(),
        cost_usd: dollars,
      }),
    )
    .min(1),
  calls: z.strictObject({
    made: count,
    aborted: count,
    failed: count,
    lost: count,
    saved: z.strictObject({ agreement: count, early_stop: count, lazy: count }),
  }),
  calls_detail: z
    .array(
      z.strictObject({
        id: z.string(),
        agent: z.string(),
        model: z.string(),
        purpose: z.enum(["draft", "ballot", "presentation"]),
        queued_ms: count,
        sent_ms: count.nullable(),
        first_token_ms: count.nullable(),
        end_ms: count,
        result: z.string(),
        tokens_in: count.nullable(),
        tokens_out: count.nullable(),
        cost_usd: dollars,
        retry_of: z.string().nullable(),
      }),
    )
    .max(512)
    .optional(),
  rounds: count,
  usage_complete: z.boolean(),
  usage_estimated: z.boolean(),
  cost_usd: dollars,
  cost_complete: z.boolean(),
  cost_estimated_usd: dollars,
  elapsed_ms: count,
});
