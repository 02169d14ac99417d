import type { CacheLifetime, ImagePart, ToolCall } from "@massgen/core/model";
import { z } from "zod";
import { isObject, quoted, report } from "../fields/field.ts";
import type { Fate } from "../fields/field-table.ts";
import { imageUrl } from "../fields/image-url.ts";
import { parsePart } from "../fields/list.ts";

/** A content block for the models. */
export type Block = Content & {
  /** The client marks it: the prompt is to be cached up to its end, for so long. */
  readonly cacheFor?: CacheLifetime;
};

type Content =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly image: ImagePart }
  | { readonly type: "call"; readonly call: ToolCall }
  | { readonly type: "result"; readonly callId: string; readonly content: readonly Block[]; readonly failed: boolean };

/** Every type of content block, and its treatment. */
export const blockTypes = {
  text: {
    fate: "honoured",
    note: "in every role; `citations` are ignored. `cache_control`, of this and other blocks, is passed on to members on Claude: the last ones, as many as there is room for",
  },
  image: {
    fate: "passed on",
    note: "in user messages and tool results: `base64` or `url`; nothing is fetched here. Files by id are refused",
  },
  document: {
    fate: "honoured",
    note: "in user messages and tool results, if it is text: source `text`, `content` of text blocks, or `base64` of a `text/` type. PDF, addresses and files by id are refused: send their text",
  },
  search_result: { fate: "honoured", note: "in user messages and tool results, read as text" },
  tool_use: { fate: "honoured", note: "in assistant messages; answered by a `tool_result` in the next message" },
  tool_result: { fate: "honoured", note: "in user messages: a string or blocks; the models learn of `is_error`" },
  thinking: { fate: "ignored", note: "traces of earlier answers are not read" },
  redacted_thinking: { fate: "ignored", note: "" },
  server_tool_use: { fate: "ignored", note: "a call of Anthropic's own tools, like its result" },
  mcp_tool_use: { fate: "ignored", note: "likewise" },
  tool_reference: { fate: "ignored", note: "the team has all tools from the start" },
} as const satisfies Record<string, { fate: Fate; note: string }>;

/** Result blocks of tools that run at Anthropic. */
const serverResult = /_tool_result$/;

export type Role = "user" | "assistant" | "system" | "result" | "document";

const allowed = {
  system: ["text"],
  user: ["text", "image", "document", "search_result", "tool_result"],
  assistant: ["text", "tool_use"],
  result: ["text", "image", "document", "search_result"],
  // No documents in documents: each level would copy its text.
  document: ["text"],
} as const satisfies Record<Role, readonly (keyof typeof blockTypes)[]>;

type Context = Parameters<typeof parsePart>[2] & Parameters<typeof report>[0];

const text = z.object({ text: z.string() }).transform(({ text }): Block => ({ type: "text", text }));

const imageSource = z.discriminatedUnion(
  "type",
  [
    z
      .object({ type: z.literal("base64"), media_type: z.string(), data: z.string() })
      .transform(({ media_type: type, data }) => `data:${type};base64,${data}`)
      .pipe(imageUrl),
    z.object({ type: z.literal("url"), url: imageUrl }).transform(({ url }) => url),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "must be base64 or url: nothing is stored here" : undefined) },
);

const image = z
  .object({ source: imageSource })
  .transform(({ source }): Block => ({ type: "image", image: { type: "image", url: source } }));

const documentSource = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("text"), data: z.string() }).transform(({ data }) => data),
    z.object({ type: z.literal("content"), content: blocksOf("document") }).transform(({ content }) => textIn(content)),
    z
      .object({
        type: z.literal("base64"),
        media_type: z.string().regex(/^text\//i, { error: "must be a text type: send the text of other documents" }),
        data: z.string(),
      })
      .transform(({ data }) => Buffer.from(data, "base64").toString("utf8")),
  ],
  {
    error: (issue) =>
      issue.code === "invalid_union"
        ? "must be text, content, or base64 of a text: send the document's text"
        : undefined,
  },
);

const title = z.string().nullish();

const document = z
  .object({ source: documentSource, title, context: title })
  .transform(({ source, title, context }): Block => ({
    type: "text",
    text: [...[title, context].filter((line) => typeof line === "string" && line !== ""), source].join("\n"),
  }));

const searchResult = z
  .object({ title: z.string(), source: z.string(), content: blocksOf("document") })
  .transform(({ title, source, content }): Block => ({
    type: "text",
    text: `${title}\n${source}\n${textIn(content)}`,
  }));

const toolUse = z
  .object({ id: z.string().min(1), name: z.string().min(1).max(200), input: z.unknown().optional() })
  .transform(({ id, name, input }): Block => ({
    type: "call",
    call: { id, name, arguments: JSON.stringify(input ?? {}) },
  }));

const toolResult = z
  .object({ tool_use_id: z.string(), content: blocksOf("result", { optional: true }), is_error: z.boolean().nullish() })
  .transform(({ tool_use_id: callId, content, is_error: failed }): Block => ({
    type: "result",
    callId,
    content,
    failed: failed === true,
  }));

const readers: Readonly<Record<(typeof allowed)[Role][number], z.ZodType<Block>>> = {
  text,
  image,
  document,
  search_result: searchResult,
  tool_use: toolUse,
  tool_result: toolResult,
};

/** A string or a list of blocks. */
export function blocksOf(role: Role, { optional = false } = {}) {
  return z
    .unknown()
    .optional()
    .transform((value, context): readonly Block[] => {
      if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
      if (optional && (value === null || value === undefined)) return [];
      if (value === undefined) report(context, "missing_required_parameter", "is missing");
      else if (!Array.isArray(value)) report(context, "invalid_type", "must be a string or a list of content blocks");
      else return readBlocks(value, role, context);
      return z.NEVER;
    });
}

/** The text of all text blocks. */
export function textIn(blocks: readonly Block[]): string {
  return blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}

/** Stops at the first bad block, since there may be millions. */
function readBlocks(values: readonly unknown[], role: Role, context: Context): readonly Block[] {
  const blocks: Block[] = [];
  for (const [index, value] of values.entries()) {
    const type = isObject(value) ? value["type"] : undefined;
    const known = allowed[role].find((name) => name === type);
    if (known === undefined) {
      if (isIgnored(type)) continue;
      reportBlock(value, index, role, context);
      return z.NEVER;
    }
    const block = parsePart(readers[known], value, context, [index]);
    const cacheFor = cacheLifetime(isObject(value) ? value["cache_control"] : undefined);
    blocks.push(cacheFor === undefined ? block : { ...block, cacheFor });
    if (context.issues.length > 0) return z.NEVER;
  }
  return blocks;
}

/** What a `cache_control` asks for; anything but Anthropic's own kind asks for nothing. */
export function cacheLifetime(mark: unknown): CacheLifetime | undefined {
  if (!isObject(mark) || mark["type"] !== "ephemeral") return undefined;
  return mark["ttl"] === "1h" ? "1h" : "5m";
}

function isIgnored(type: unknown): boolean {
  if (typeof type !== "string") return false;
  if (Object.hasOwn(blockTypes, type)) return blockTypes[type as keyof typeof blockTypes].fate === "ignored";
  return type !== "tool_result" && serverResult.test(type.slice(-64));
}

function reportBlock(block: unknown, index: number, role: Role, context: Context): void {
  const choice = allowed[role].join(", ");
  if (!isObject(block)) {
    report(context, "invalid_type", 'must be a content block, such as {"type": "text", "text": "..."}', [index]);
  } else if (block["type"] === undefined) {
    report(context, "missing_required_parameter", `is missing: it must be one of ${choice}`, [index, "type"]);
  } else {
    const complaint = `is ${quoted(block["type"])}, which is not supported here: send ${choice}`;
    report(context, "unsupported_parameter", complaint, [index, "type"]);
  }
}
