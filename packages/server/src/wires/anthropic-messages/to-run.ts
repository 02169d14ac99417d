import type { Message, ResponseFormat } from "@massgen/core/model";
import { cacheKeyOf } from "../fields/cache-key.ts";
import { samplingOf } from "../fields/sampling.ts";
import type { AskedRun } from "../wire.ts";
import { cacheLifetime, textIn, type Block } from "./blocks.ts";
import { contentOf, lastMark, markedTexts, markOf } from "./marked-text.ts";
import type { ParsedMessage } from "./message-schema.ts";
import { requestFields } from "./request-fields.ts";
import type { MessagesRequest } from "./request-schema.ts";
import { toRunTools } from "./tools.ts";
import { turnsOf } from "./turns.ts";

/** The team's task: the whole request except what belongs to the connection. */
export function toRun(request: MessagesRequest): AskedRun {
  const { effort } = request.output_config ?? {};
  const sampling = {
    ...samplingOf(requestFields, request),
    ...(typeof effort === "string" && { reasoningEffort: effort }),
  };
  const format = request.output_config?.format ?? request.output_format;
  return {
    messages: toMessages(request),
    ...toRunTools(request),
    ...(format && { responseFormat: toResponseFormat(format.schema) }),
    ...(Object.keys(sampling).length > 0 && { sampling }),
    ...cacheKeyOf(request),
  };
}

function toResponseFormat(schema: ResponseFormat extends infer F ? Extract<F, { schema: unknown }>["schema"] : never) {
  return { type: "json-schema", name: "response", schema, strict: true } as const;
}

function toMessages({
  system,
  messages,
  cache_control,
}: Pick<MessagesRequest, "system" | "messages" | "cache_control">): Message[] {
  const names = new Map<string, string>();
  const instructions = markedTexts(system.flatMap(withoutBilling)).map(({ text: content, ...mark }): Message => ({
    role: "system",
    content,
    ...mark,
  }));
  const all = [...instructions, ...turnsOf(messages).flatMap(({ message }) => toTurn(message, names))];
  const cacheFor = cacheLifetime(cache_control);
  return cacheFor === undefined
    ? all
    : all.map((message, at) => (at < all.length - 1 ? message : { ...message, cacheFor }));
}

/** Claude Code's first line is about its billing, and another one each time: nothing behind it could be cached. */
const billingLine = /^x-anthropic-billing-header:[^\n]*\n?/;

function withoutBilling(block: Block): Block[] {
  if (block.type !== "text" || !billingLine.test(block.text)) return [block];
  const text = block.text.replace(billingLine, "");
  return text === "" ? [] : [{ ...block, text }];
}

/** @param names the names of called tools by call id, since some providers need them */
function toTurn({ role, content }: ParsedMessage, names: Map<string, string>): Message[] {
  switch (role) {
    case "system":
      return [{ role: "system", content: textIn(content), ...lastMark(content) }];
    case "assistant": {
      const toolCalls = content.flatMap((block) => (block.type === "call" ? [block.call] : []));
      for (const { id, name } of toolCalls) names.set(id, name);
      return [
        {
          role: "assistant",
          content: textIn(content),
          ...(toolCalls.length > 0 && { toolCalls }),
          ...lastMark(content),
        },
      ];
    }
    case "user": {
      const results = content.filter((block) => block.type === "result");
      const images = results.flatMap(({ content }) => content.filter(({ type }) => type === "image"));
      const said = [...images, ...content.filter(({ type }) => type === "text" || type === "image")];
      const turn = results.map(({ callId, content, failed, ...mark }): Message => {
        const name = names.get(callId);
        return {
          role: "tool",
          toolCallId: callId,
          ...(name !== undefined && { name }),
          content: resultText(content, failed),
          ...markOf(mark),
        };
      });
      return said.length > 0 || results.length === 0 ? [...turn, { role: "user", ...contentOf(said) }] : turn;
    }
  }
}

/** Most services take results as text only. Their images stand in the user message after them. */
function resultText(content: readonly Block[], failed: boolean): string {
  const images = content.filter(({ type }) => type === "image").length;
  const seen = images === 0 ? [] : [`(${images === 1 ? "An image" : `${images} images`} of this result: see below.)`];
  const text = [textIn(content), ...seen].filter((part) => part !== "").join("\n");
  return failed && !/^error/i.test(text) ? `Error: ${text}` : text;
}
