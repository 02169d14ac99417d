import type { ContentPart, ToolCall } from "@massgen/core/model";
import { z } from "zod";
import { isObject, quoted, report } from "../fields/field.ts";
import type { Fate } from "../fields/field-table.ts";
import { imageUrl } from "../fields/image-url.ts";
import { list, parsePart } from "../fields/list.ts";
import { customArguments } from "./custom-calls.ts";
import { teamName } from "./tool-names.ts";

type Content = string | readonly ContentPart[];

/** An input item. */
export type InputItem =
  | { readonly type: "message"; readonly role: "system" | "user" | "assistant"; readonly content: Content }
  | { readonly type: "call"; readonly call: ToolCall }
  | { readonly type: "output"; readonly callId: string; readonly content: Content }
  | { readonly type: "reference"; readonly id: string }
  /** Not for the models. */
  | { readonly type: "nothing" };

/** Every type of item, and its treatment. */
export const itemTypes = {
  message: {
    fate: "honoured",
    note: "also without `type`; roles `user`, `assistant`, `system`, `developer`; parts `input_text`, `output_text`, `refusal`, `input_image`, and `input_file` if it is a text file in `file_data`, up to 4 MiB of base64",
  },
  function_call: { fate: "honoured", note: "with its `namespace`, if it has one; each call needs an output after it" },
  function_call_output: { fate: "honoured", note: "a string, or parts of text and images" },
  custom_tool_call: { fate: "honoured", note: "" },
  custom_tool_call_output: { fate: "honoured", note: "" },
  item_reference: { fate: "honoured", note: "an item of a stored response; up to 20,000,000 characters" },
  reasoning: { fate: "ignored", note: "traces of earlier answers are not read" },
} as const satisfies Record<string, { fate: Fate; note: string }>;

/** Items of tools that run at OpenAI. They are ignored. */
const hosted =
  /^(?:(?:web_search|file_search|computer|code_interpreter|image_generation|mcp|local_shell|shell|apply_patch|tool_search)_call(?:_output)?|mcp_(?:list_tools|approval_request|approval_response)|compaction(?:_\w{1,20})?|tool_search_output|additional_tools)$/;

const longestFile = 4 * 1024 * 1024;

const textFile = z
  .object({ file_data: z.string().nullish(), filename: z.string().max(1000).nullish() })
  .transform(({ file_data: data, filename }, context): ContentPart => {
    const [, type, base64 = ""] = /^data:([^;,]{1,100}(?:;charset=[\w-]{1,20})?);base64,(.*)$/s.exec(data ?? "") ?? [];
    if (type === undefined || !/^text\/|^application\/(?:json|xml|x-yaml|yaml)/i.test(type)) {
      const complaint = "is not a text file in `file_data` (data:text/...;base64,...): others are not supported";
      report(context, "unsupported_parameter", complaint);
      return z.NEVER;
    }
    if (base64.length > longestFile) {
      report(context, "invalid_value", `must have at most ${longestFile} characters of base64`, ["file_data"]);
      return z.NEVER;
    }
    const text = Buffer.from(base64, "base64").toString("utf8");
    return { type: "text", text: filename ? `${filename}:\n${text}` : text };
  });

const readers = {
  input_text: z.object({ text: z.string() }).transform(({ text }): ContentPart => ({ type: "text", text })),
  output_text: z.object({ text: z.string() }).transform(({ text }): ContentPart => ({ type: "text", text })),
  refusal: z.object({ refusal: z.string() }).transform(({ refusal }): ContentPart => ({ type: "text", text: refusal })),
  input_image: z
    .object({ image_url: imageUrl, detail: z.string().max(20).nullish() })
    .transform(({ image_url: url, detail }): ContentPart => ({
      type: "image",
      url,
      ...((detail === "auto" || detail === "low" || detail === "high") && { detail }),
    })),
  input_file: textFile,
} satisfies Record<string, z.ZodType<ContentPart>>;

type PartType = keyof typeof readers;

const partsOfRole = {
  user: ["input_text", "output_text", "input_image", "input_file"],
  assistant: ["output_text", "input_text", "refusal"],
  system: ["input_text", "output_text"],
  output: ["input_text", "output_text", "input_image", "input_file"],
} as const satisfies Record<string, readonly PartType[]>;

type Context = Parameters<typeof parsePart>[2] & Parameters<typeof report>[0];

/** A string or a list of parts. Parts that are all text are joined. */
function contentOf(who: keyof typeof partsOfRole) {
  return z
    .unknown()
    .optional()
    .transform((value, context): Content => {
      if (typeof value === "string") return value;
      if (value === undefined) report(context, "missing_required_parameter", "is missing");
      else if (!Array.isArray(value)) report(context, "invalid_type", "must be a string or a list of content parts");
      else return readParts(value, partsOfRole[who], context);
      return z.NEVER;
    });
}

/** Stops at the first bad part, since there may be millions. */
function readParts(values: readonly unknown[], allowed: readonly PartType[], context: Context): Content {
  const parts: ContentPart[] = [];
  for (const [index, value] of values.entries()) {
    const type = allowed.find((known) => isObject(value) && known === value["type"]);
    if (type === undefined) {
      const sent = isObject(value) ? value["type"] : value;
      report(context, "unsupported_parameter", `must be a part of type ${allowed.join(", ")}, not ${quoted(sent)}`, [
        index,
      ]);
      return z.NEVER;
    }
    parts.push(parsePart(readers[type], value, context, [index]));
    if (context.issues.length > 0) return z.NEVER;
  }
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return texts.length === parts.length ? texts.join("") : parts;
}

const role = z.enum(["user", "assistant", "system", "developer"], {
  error: "must be user, assistant, system or developer",
});

const speaker = z.object({ role });

const messages = {
  user: z.object({ content: contentOf("user") }),
  assistant: z.object({ content: contentOf("assistant") }),
  system: z.object({ content: contentOf("system") }),
} as const;

function readMessage(value: unknown, context: Context): InputItem {
  const { role: sent } = parsePart(speaker, value, context);
  if (context.issues.length > 0) return z.NEVER;
  const role = sent === "developer" ? "system" : sent;
  const { content } = parsePart(messages[role], value, context);
  return { type: "message", role, content };
}

const callId = z.string().min(1).max(1000);
const name = z.string().min(1).max(200);

const functionCall = z
  .object({ call_id: callId, name, namespace: z.string().max(200).nullish(), arguments: z.string() })
  .transform(({ call_id: id, name, namespace, arguments: json }): InputItem => ({
    type: "call",
    call: { id, name: teamName(name, namespace), arguments: json },
  }));

const customCall = z
  .object({ call_id: callId, name, namespace: z.string().max(200).nullish(), input: z.string() })
  .transform(({ call_id: id, name, namespace, input }): InputItem => ({
    type: "call",
    call: { id, name: teamName(name, namespace), arguments: customArguments(input) },
  }));

const output = z
  .object({ call_id: callId, output: contentOf("output") })
  .transform(({ call_id: callId, output: content }): InputItem => ({ type: "output", callId, content }));

const reference = z.object({ id: z.string().max(300) }).transform(({ id }): InputItem => ({ type: "reference", id }));

const item = z.unknown().transform((value, context): InputItem => {
  if (!isObject(value)) {
    report(context, "invalid_type", 'must be an item, such as {"role": "user", "content": "..."}');
    return z.NEVER;
  }
  const type = value["type"] ?? (value["role"] === undefined ? "item_reference" : "message");
  switch (type) {
    case "message":
      return readMessage(value, context);
    case "function_call":
      return parsePart(functionCall, value, context);
    case "custom_tool_call":
      return parsePart(customCall, value, context);
    case "function_call_output":
    case "custom_tool_call_output":
      return parsePart(output, value, context);
    case "item_reference":
      return parsePart(reference, value, context);
    case "reasoning":
      return { type: "nothing" };
    default:
      if (typeof type === "string" && hosted.test(type.slice(0, 64))) return { type: "nothing" };
      report(context, "unsupported_parameter", `is an item of type ${quoted(type)}, which is not supported here`);
      return z.NEVER;
  }
});

/** The input: a string or items. */
export const inputSchema = z
  .unknown()
  .optional()
  .transform((input, context): readonly InputItem[] => {
    if (typeof input === "string") return [{ type: "message", role: "user", content: input }];
    if (input === undefined || Array.isArray(input)) return parsePart(list(item), input, context);
    report(context, "invalid_type", "must be a string or a list of items");
    return z.NEVER;
  });
