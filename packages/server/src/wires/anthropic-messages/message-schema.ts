import { z } from "zod";
import { blocksOf } from "./blocks.ts";

/** One message of the conversation. */
export const messageSchema = z.discriminatedUnion(
  "role",
  [
    z.object({ role: z.literal("user"), content: blocksOf("user") }),
    z.object({ role: z.literal("assistant"), content: blocksOf("assistant") }),
    // Anthropic has a field for instructions. Claude Code sends some here as well.
    z.object({ role: z.literal("system"), content: blocksOf("system") }),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "must be user, assistant or system" : undefined) },
);

export type ParsedMessage = z.output<typeof messageSchema>;
