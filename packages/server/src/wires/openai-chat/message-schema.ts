import { z } from "zod";
import { shapeOf } from "../fields/field-table.ts";
import { assistantFields, functionFields, instructionFields, toolFields, userFields } from "./message-fields.ts";

/** One message of the conversation. Fields that its table does not name are ignored. */
export const messageSchema = z.discriminatedUnion(
  "role",
  [
    z.object({ role: z.literal("system"), ...shapeOf(instructionFields) }),
    z.object({ role: z.literal("developer"), ...shapeOf(instructionFields) }),
    z.object({ role: z.literal("user"), ...shapeOf(userFields) }),
    z.object({ role: z.literal("assistant"), ...shapeOf(assistantFields) }),
    z.object({ role: z.literal("tool"), ...shapeOf(toolFields) }),
    z.object(shapeOf(functionFields)),
  ],
  {
    error: (issue) =>
      issue.code === "invalid_union" ? "must be system, developer, user, assistant or tool" : undefined,
  },
);

export type ParsedMessage = z.output<typeof messageSchema>;
