import { z } from "zod";
import { contentOf, textContentOf } from "./content.ts";
import { report, unsupported } from "../fields/field.ts";
import { honoured, ignored, refused, type FieldTable } from "../fields/field-table.ts";
import { list } from "../fields/list.ts";
import { toolCallSchema } from "./tool-schema.ts";

const name = ignored(z.string().nullish(), "the models do not see it");

/** Fields of system and developer messages, which mean the same. */
export const instructionFields = {
  content: honoured(textContentOf({ parts: ["text"] }), "string or text parts; may stand anywhere"),
  name,
} satisfies FieldTable;

export const userFields = {
  content: honoured(contentOf({ parts: ["text", "image_url"] }), "string, or text and image parts"),
  name,
} satisfies FieldTable;

export const assistantFields = {
  content: honoured(
    textContentOf({ parts: ["text", "refusal"], optional: true }),
    "string, text and refusal parts, null or absent",
  ),
  refusal: honoured(z.string().nullish(), "used as text when `content` is empty"),
  tool_calls: honoured(
    list(toolCallSchema).nullish(),
    "calls of functions; `arguments` may be any text. Fields that OpenAI does not have (`extra_content`) go back to the models, up to 64 KB. Each call must be answered by a tool message before any other message",
  ),
  reasoning_content: ignored(z.unknown().optional(), "traces of earlier answers are not read"),
  function_call: refused(unsupported("is the old form of tool calls: send 'tool_calls'"), "send `tool_calls`"),
  audio: refused(unsupported("refers to audio, which is not supported: send the text as 'content'"), "send the text"),
  name,
} satisfies FieldTable;

export const toolFields = {
  content: honoured(textContentOf({ parts: ["text"] }), "string or text parts"),
  tool_call_id: honoured(z.string(), "the id of a call of the assistant message before, answered once"),
  name: ignored(z.string().nullish(), "known from the call"),
} satisfies FieldTable;

/** Fields of the role that tool messages replaced. */
export const functionFields = {
  role: refused(
    z.literal("function").transform((_, context): never => {
      report(
        context,
        "unsupported_parameter",
        "is function, the old form of tool results: send role tool with a tool_call_id",
      );
      return z.NEVER;
    }),
    "send role `tool`",
  ),
} satisfies FieldTable;
