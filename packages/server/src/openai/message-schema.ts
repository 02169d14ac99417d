import { z } from "zod";
import { report, type IssueSink } from "./field.ts";

/** Kinds of content parts that exist elsewhere and are refused by name here. */
const unsupportedParts: readonly unknown[] = ["image_url", "input_audio", "file", "video_url"];

interface ContentRules {
  /** Part types whose text counts. */
  readonly parts: readonly ("text" | "refusal")[];
  /** Whether null, or no content at all, is fine. */
  readonly optional: boolean;
}

/** A string or a list of parts, read as one text. */
function textContent({ parts, optional }: ContentRules) {
  return z
    .unknown()
    .optional()
    .transform((value, context): string => {
      if (typeof value === "string") return value;
      if (optional && (value === null || value === undefined)) return "";
      if (value === undefined) {
        report(context, "missing_required_parameter", "is missing");
        return "";
      }
      if (!Array.isArray(value)) {
        report(context, "invalid_type", "must be a string or a list of content parts");
        return "";
      }
      if (value.length === 0) report(context, "invalid_value", "must hold at least one content part");
      return value.map((part: unknown, index) => partText(part, index, parts, context)).join("");
    });
}

function partText(part: unknown, index: number, allowed: ContentRules["parts"], sink: IssueSink): string {
  if (typeof part !== "object" || part === null || Array.isArray(part)) {
    report(sink, "invalid_type", 'must be a content part, such as {"type": "text", "text": "..."}', [index]);
    return "";
  }
  const fields: Record<string, unknown> = { ...part };
  const type = allowed.find((name) => name === fields.type);
  if (type !== undefined) {
    const text = fields[type];
    if (typeof text === "string") return text;
    if (text === undefined) report(sink, "missing_required_parameter", "is missing", [index, type]);
    else report(sink, "invalid_type", "must be a string", [index, type]);
  } else if (unsupportedParts.includes(fields.type)) {
    report(sink, "unsupported_parameter", `is a part of type ${String(fields.type)}, which is not supported yet`, [
      index,
    ]);
  } else {
    report(sink, "invalid_value", `must be a part of type ${allowed.join(" or ")}`, [index]);
  }
  return "";
}

/** A part of an assistant turn that this server cannot carry on from. */
const notInHistory = (what: string) =>
  z.unknown().superRefine((value, context) => {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return;
    report(context, "unsupported_parameter", `holds ${what}, which is not supported yet`);
  });

/** A message of a role that is known and refused. */
function refusedMessage<R extends string>(role: R) {
  return z.object({ role: z.literal(role) }).transform((_, context): never => {
    report(context, "unsupported_parameter", `is ${role}: tool results are not supported yet`, ["role"]);
    return z.NEVER;
  });
}

const plain = textContent({ parts: ["text"], optional: false });
const name = z.string().nullish();

/** One message of the conversation, its content read as text. Fields that are not named here are ignored. */
export const messageSchema = z.discriminatedUnion(
  "role",
  [
    z.object({ role: z.literal("system"), content: plain, name }),
    z.object({ role: z.literal("developer"), content: plain, name }),
    z.object({ role: z.literal("user"), content: plain, name }),
    z.object({
      role: z.literal("assistant"),
      content: textContent({ parts: ["text", "refusal"], optional: true }),
      refusal: z.string().nullish(),
      tool_calls: notInHistory("calls of tools").optional(),
      function_call: notInHistory("a call of a function").optional(),
      audio: notInHistory("audio").optional(),
      name,
    }),
    refusedMessage("tool"),
    refusedMessage("function"),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "must be system, developer, user or assistant" : undefined) },
);

export type ParsedMessage = z.output<typeof messageSchema>;
