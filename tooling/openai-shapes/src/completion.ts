import { z } from "zod";
import { finishReasonShape, identityShape } from "./identity-shape.ts";
import { metadataShape } from "./metadata-shape.ts";
import { readShape } from "./read-shape.ts";
import { usageShape } from "./usage-shape.ts";

const toolCall = z.strictObject({
  id: z.string().min(1),
  type: z.literal("function"),
  function: z.strictObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/), arguments: z.string() }),
});

const choice = z
  .strictObject({
    index: z.literal(0),
    message: z.strictObject({
      role: z.literal("assistant"),
      content: z.string().nullable(),
      refusal: z.string().nullable(),
      reasoning_content: z.string().min(1).optional(),
      reasoning: z.string().min(1).optional(),
      tool_calls: z.array(toolCall).min(1).optional(),
    }),
    logprobs: z.null(),
    finish_reason: finishReasonShape,
  })
  .superRefine(({ message: { content, tool_calls: calls }, finish_reason: reason }, context) => {
    const fail = (message: string): void => context.addIssue({ code: "custom", message });
    if (content === null && calls === undefined) fail("content is null without tool calls");
    if (calls === undefined && reason === "tool_calls") fail("finish_reason is tool_calls without tool calls");
    if (calls !== undefined && reason === "stop") fail("finish_reason is stop with tool calls");
    if (new Set(calls?.map(({ id }) => id)).size !== (calls?.length ?? 0)) fail("two tool calls have the same id");
  });

const completionShape = z.strictObject({
  ...identityShape,
  object: z.literal("chat.completion"),
  choices: z.tuple([choice]),
  usage: usageShape,
  system_fingerprint: z.string().optional(),
  /** Of completions that are stored. */
  metadata: z.record(z.string(), z.string()).optional(),
  massgen_metadata: metadataShape,
});

/** A whole answer. */
export type CompletionShape = z.output<typeof completionShape>;

/**
 * Reads the body of an answer that was not streamed.
 * @throws TypeError when it deviates from OpenAI's shape and this server's documented additions in anything
 */
export function parseCompletion(body: unknown): CompletionShape {
  return readShape("a completion", completionShape, body);
}
