import { z } from "zod";
import { finishReasonShape, identityShape } from "./identity-shape.ts";
import { metadataShape } from "./metadata-shape.ts";
import { readShape } from "./read-shape.ts";
import { usageShape } from "./usage-shape.ts";

const index = z.int().min(0).max(127);

/** The first piece of a call says who is called; the others only add to the arguments. */
const toolCallDelta = z.union([
  z.strictObject({
    index,
    id: z.string().min(1),
    type: z.literal("function"),
    function: z.strictObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/), arguments: z.literal("") }),
  }),
  z.strictObject({ index, function: z.strictObject({ arguments: z.string() }) }),
]);

const delta = z.strictObject({
  role: z.literal("assistant").optional(),
  content: z.string().optional(),
  reasoning_content: z.string().min(1).optional(),
  reasoning: z.string().min(1).optional(),
  tool_calls: z.array(toolCallDelta).min(1).optional(),
});

const choice = z
  .strictObject({
    index: z.literal(0),
    delta,
    logprobs: z.null(),
    finish_reason: finishReasonShape.nullable(),
  })
  .superRefine(({ delta: added, finish_reason: reason }, context) => {
    const empty = Object.keys(added).length === 0;
    if (empty === (reason === null)) {
      context.addIssue({ code: "custom", message: "an empty delta and a finish_reason come together" });
    }
    if (added.content !== undefined && added.reasoning_content !== undefined) {
      context.addIssue({ code: "custom", message: "one delta has content and reasoning" });
    }
  });

const head = { ...identityShape, object: z.literal("chat.completion.chunk") };

const chunkShape = z.union([
  z
    .strictObject({
      ...head,
      choices: z.tuple([choice]),
      usage: z.null().optional(),
      massgen_metadata: metadataShape.optional(),
    })
    .refine((chunk) => (chunk.massgen_metadata !== undefined) === (chunk.choices[0].finish_reason !== null), {
      error: "massgen_metadata belongs to the chunk with the finish_reason",
    }),
  z.strictObject({ ...head, choices: z.tuple([]), usage: usageShape }),
]);

/** One frame of a streamed answer. */
export type ChunkShape = z.output<typeof chunkShape>;

/**
 * Reads one frame of a stream that is not an error.
 * @throws TypeError when it deviates from OpenAI's shape and this server's documented additions in anything
 */
export function parseChunk(frame: unknown): ChunkShape {
  return readShape("a chunk", chunkShape, frame);
}
