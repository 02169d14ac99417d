import { textOf, type AssistantMessage, type ContentPart, type Message } from "@massgen/core/model";
import { objectOf, parseJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { thinkingBefore } from "./thinking.ts";

/** A turn, as it goes over the wire. */
interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly JsonObject[];
}

/** A conversation in Claude's shape. */
export interface Conversation {
  readonly system?: string;
  readonly messages: readonly WireMessage[];
}

/** The user turn in front of a conversation without one: Claude wants a user turn first. */
const opening: WireMessage = { role: "user", content: [{ type: "text", text: "Continue." }] };

/**
 * Turns messages into Claude's. System messages before the first other message become `system`; later ones become user
 * text, since Claude has no role for them. Turns of the same role are merged. Blank texts are left out, which Claude
 * refuses. A conversation that is empty then, or begins with the assistant, gets a short user turn in front.
 *
 * @param thinkingModel whose thinking goes back before its tool calls; undefined when none may
 */
export function conversationOf(messages: readonly Message[], thinkingModel: string | undefined): Conversation {
  const firstTurn = messages.findIndex((message) => message.role !== "system");
  const leading = messages.slice(0, firstTurn === -1 ? messages.length : firstTurn);
  const system = leading
    .map(textOf)
    .filter((text) => text.trim() !== "")
    .join("\n\n");
  const turns: { readonly role: WireMessage["role"]; readonly content: JsonObject[] }[] = [];
  for (const message of messages.slice(leading.length)) {
    const { role, content } = turnOf(message, thinkingModel);
    const last = turns.at(-1);
    if (content.length === 0) continue;
    if (last?.role === role) for (const block of content) last.content.push(block);
    else turns.push({ role, content: [...content] });
  }
  const all = turns[0]?.role === "user" ? turns : [opening, ...turns];
  return { messages: all.map(resultsFirst), ...(system !== "" && { system }) };
}

function turnOf(message: Message, thinkingModel: string | undefined): WireMessage {
  switch (message.role) {
    case "system":
      return { role: "user", content: textBlocks(message.content) };
    case "user":
      return {
        role: "user",
        content: typeof message.content === "string" ? textBlocks(message.content) : message.content.flatMap(blocksOf),
      };
    case "assistant":
      return { role: "assistant", content: assistantBlocks(message, thinkingModel) };
    case "tool": {
      const { content, toolCallId } = message;
      const result = {
        type: "tool_result",
        tool_use_id: wireId(toolCallId),
        ...(content.trim() !== "" && { content }),
      };
      return { role: "user", content: [result] };
    }
  }
}

function assistantBlocks(
  { content, toolCalls = [] }: AssistantMessage,
  thinkingModel: string | undefined,
): JsonObject[] {
  return [
    ...(thinkingModel === undefined ? [] : thinkingBefore(toolCalls, thinkingModel)),
    ...textBlocks(content),
    ...toolCalls.map((call) => ({
      type: "tool_use",
      id: wireId(call.id),
      name: call.name,
      input: objectOf(parseJson(call.arguments)) ?? {},
    })),
  ];
}

/** Results have to stand at the beginning of the turn that follows the calls. */
function resultsFirst({ role, content }: WireMessage): WireMessage {
  const isResult = (block: JsonObject): boolean => block["type"] === "tool_result";
  return { role, content: [...content.filter(isResult), ...content.filter((block) => !isResult(block))] };
}

/** Other vendors' ids hold characters that Claude refuses. */
function wireId(id: string): string {
  return id.replace(/[^\w-]/g, "_");
}

function blocksOf(part: ContentPart): JsonObject[] {
  switch (part.type) {
    case "text":
      return textBlocks(part.text);
    case "image":
      return [{ type: "image", source: sourceOf(part.url) }];
  }
}

function textBlocks(text: string): JsonObject[] {
  return text.trim() === "" ? [] : [{ type: "text", text }];
}

/** The most characters in front of the data of a data URL: a media type and its parameters. */
const longestDataHead = 1000;

function sourceOf(url: string): JsonObject {
  const comma = url.slice(0, longestDataHead).indexOf(",");
  const head = url.slice(0, comma + 1);
  if (!/^data:/i.test(head) || !/;base64,$/i.test(head)) return { type: "url", url };
  const kind = /^[^;,]*/.exec(head.slice("data:".length))?.[0];
  const mediaType = kind?.toLowerCase() || "image/png";
  return {
    type: "base64",
    // Clients often write image/jpg, which Claude does not know.
    media_type: mediaType === "image/jpg" ? "image/jpeg" : mediaType,
    data: url.slice(head.length),
  };
}
