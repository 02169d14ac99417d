import type { ContentPart } from "@massgen/core/model";
import { z } from "zod";
import { isObject, quoted, report } from "../fields/field.ts";
import type { Fate } from "../fields/field-table.ts";
import { imagePart } from "./image-part.ts";
import { parsePart } from "../fields/list.ts";

/** Every kind of content part and its treatment. */
export const partTypes = {
  text: { fate: "honoured", note: "in every role; the texts of a message are joined" },
  refusal: { fate: "honoured", note: "in assistant messages, read as text" },
  image_url: {
    fate: "passed on",
    note: "in user messages: `url` is an http(s) address, which is never fetched here, or a base64 data URI of an image; `detail` `auto`, `low`, `high`",
  },
  input_audio: { fate: "refused", note: "send a transcript as text" },
  file: { fate: "refused", note: "send its text" },
  video_url: { fate: "refused", note: "send frames as `image_url`" },
} as const satisfies Record<string, { fate: Fate; note: string }>;

type ReadablePart = "text" | "refusal" | "image_url";

interface ContentRules {
  readonly parts: readonly ReadablePart[];
  /** Whether null or missing content is allowed. */
  readonly optional?: boolean;
}

const readers = {
  text: z.object({ text: z.string() }).transform(({ text }): ContentPart => ({ type: "text", text })),
  refusal: z.object({ refusal: z.string() }).transform(({ refusal }): ContentPart => ({ type: "text", text: refusal })),
  image_url: imagePart,
} satisfies Record<ReadablePart, z.ZodType<ContentPart>>;

/** A string or a list of parts; text parts alone are joined into one text. */
export function contentOf({ parts, optional = false }: ContentRules) {
  return z
    .unknown()
    .optional()
    .transform((value, context): string | readonly ContentPart[] => {
      if (typeof value === "string") return value;
      if (optional && (value === null || value === undefined)) return "";
      if (value === undefined) report(context, "missing_required_parameter", "is missing");
      else if (!Array.isArray(value)) report(context, "invalid_type", "must be a string or a list of content parts");
      else if (value.length === 0) report(context, "invalid_value", "must hold at least one content part");
      else return readParts(value, parts, context);
      return z.NEVER;
    });
}

/** Like {@link contentOf}, for roles whose content is only text. */
export function textContentOf(rules: ContentRules & { readonly parts: readonly ("text" | "refusal")[] }) {
  return contentOf(rules).transform((content) =>
    typeof content === "string" ? content : joined(content.filter((part) => part.type === "text")),
  );
}

type Context = Parameters<typeof parsePart>[2] & Parameters<typeof report>[0];

/** Stops at the first bad part: there may be millions. */
function readParts(values: readonly unknown[], allowed: ContentRules["parts"], context: Context) {
  const parts: ContentPart[] = [];
  for (const [index, value] of values.entries()) {
    const type = allowed.find((known) => isObject(value) && known === value["type"]);
    if (type === undefined) {
      reportPart(value, index, allowed, context);
      return z.NEVER;
    }
    parts.push(parsePart(readers[type], value, context, [index]));
    if (context.issues.length > 0) return z.NEVER;
  }
  const texts = parts.filter((part) => part.type === "text");
  return texts.length === parts.length ? joined(texts) : parts;
}

function joined(texts: readonly { readonly text: string }[]): string {
  return texts.map(({ text }) => text).join("");
}

function reportPart(part: unknown, index: number, allowed: ContentRules["parts"], context: Context): void {
  const choice = allowed.join(" or ");
  if (!isObject(part)) {
    report(context, "invalid_type", 'must be a content part, such as {"type": "text", "text": "..."}', [index]);
  } else if (part["type"] === undefined) {
    report(context, "missing_required_parameter", `is missing: it must be ${choice}`, [index, "type"]);
  } else if (typeof part["type"] === "string" && Object.hasOwn(partTypes, part["type"])) {
    const message = `is a part of type ${part["type"]}, which is not supported here: send ${choice}`;
    report(context, "unsupported_parameter", message, [index]);
  } else {
    report(context, "invalid_value", `must be a part of type ${choice}, not ${quoted(part["type"])}`, [index]);
  }
}
