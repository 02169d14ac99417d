import type { ContentPart, Message, ResponseFormat } from "@massgen/core/model";
import { samplingOf } from "../fields/sampling.ts";
import type { AskedRun } from "../wire.ts";
import { textIn, type Block } from "./blocks.ts";
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
  };
}

function toResponseFormat(schema: ResponseFormat extends infer F ? Extract<F, { schema: unknown }>["schema"] : never) {
  return { type: "json-schema", name: "response", schema, strict: true } as const;
}

function toMessages({ system, messages }: Pick<MessagesRequest, "system" | "messages">): Message[] {
  const names = new Map<string, string>();
  const instructions: Message[] = system.length > 0 ? [{ role: "system", content: textIn(system) }] : [];
  return [...instructions, ...turnsOf(messages).flatMap(({ message }) => toTurn(message, names))];
}

/** @param names the names of called tools by call id, since some providers need them */
function toTurn({ role, content }: ParsedMessage, names: Map<string, string>): Message[] {
  switch (role) {
    case "system":
      return [{ role: "system", content: textIn(content) }];
    case "assistant": {
      const toolCalls = content.flatMap((block) => (block.type === "call" ? [block.call] : []));
      for (const { id, name } of toolCalls) names.set(id, name);
      return [{ role: "assistant", content: textIn(content), ...(toolCalls.length > 0 && { toolCalls }) }];
    }
    case "user": {
      const results = content.filter((block) => block.type === "result");
      const said = [...results.flatMap(({ content }) => content.flatMap(imageParts)), ...content.flatMap(toPart)];
      const turn = results.map(({ callId, content, failed }): Message => {
        const name = names.get(callId);
        return {
          role: "tool",
          toolCallId: callId,
          ...(name !== undefined && { name }),
          content: resultText(content, failed),
        };
      });
      return said.length > 0 || results.length === 0 ? [...turn, { role: "user", content: joined(said) }] : turn;
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

function imageParts(block: Block): ContentPart[] {
  return block.type === "image" ? [block.image] : [];
}

function toPart(block: Block): ContentPart[] {
  return block.type === "text" ? [{ type: "text", text: block.text }] : imageParts(block);
}

/** Parts that are all text become one text. */
function joined(parts: readonly ContentPart[]): string | readonly ContentPart[] {
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return texts.length === parts.length ? texts.join("\n") : parts;
}
