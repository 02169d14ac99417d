import { listOf, objectOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { found, type Phrase } from "../remedies/refusal.ts";
import type { Lesson } from "../remedies/remedy.ts";

const spoken: Phrase = { first: /content/gi, next: /null|none\b|string|str\b|required|missing/i, within: 100 };

/** Tool calls without a text beside them have the content `null`, as at OpenAI. Some services want an empty text. */
export const nullContent: Lesson = {
  about: ["tools", "tool turns", "forced"],
  everywhere: true,
  fails: true,
  names: ({ says, param }, { own }) => hasNull(own) && found(`${param} ${says}`, spoken) !== undefined,
  read: (refusal, asked) => (nullContent.names(refusal, asked) ? emptyText : undefined),
  guess: ({ own }) => (hasNull(own) ? emptyText : undefined),
};

const emptyText = {
  name: "empty text in place of null",
  body: (own: JsonObject) =>
    hasNull(own)
      ? { ...own, messages: listOf(own["messages"]).map((one) => (isNull(one) ? { ...one, content: "" } : one)) }
      : own,
};

function hasNull(own: JsonObject): boolean {
  return listOf(own["messages"]).some(isNull);
}

function isNull(message: unknown): message is JsonObject {
  return objectOf(message)?.["content"] === null;
}
