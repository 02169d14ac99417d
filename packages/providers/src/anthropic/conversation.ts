import { parseToRewrite, textOf, type AssistantMessage, type ContentPart, type Message } from "@massgen/core/model";
import { objectOf, parseJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { endMarked } from "./cache-marks.ts";
import { thinkingBefore } from "./thinking.ts";

/** A turn, as it goes over the wire. */
interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly JsonObject[];
}

/** A conversation in Claude's shape. */
export interface Conversation {
  /** The text of the system as blocks; a mark of the client's ends one. */
  readonly system: readonly JsonObject[];
  readonly messages: readonly WireMessage[];
  /** How many blocks of the messages come from others than the last {@link conversationOf | added} ones. */
  readonly shared: number;
}

/** The user turn in front of a conversation without one: Claude wants a user turn first. */
const opening: WireMessage = { role: "user", content: [{ type: "text", text: "Continue." }] };

/**
 * Turns messages into Claude's. System messages before the first other message become `system`; later ones become user
 * text, since Claude has no role for them. Turns of the same role are merged. Blank texts are left out, which Claude
 * refuses. A conversation that is empty then, or begins with the assistant, gets a short user turn in front.
 *
 * @param thinkingModel whose thinking goes back before its tool calls; undefined when none may
 * @param added how many of the last messages belong to this request alone
 */
export function conversationOf(
  messages: readonly Message[],
  thinkingModel: string | undefined,
  added = 0,
): Conversation {
  const firstTurn = messages.findIndex((message) => message.role !== "system");
  const leading = messages.slice(0, firstTurn === -1 ? messages.length : firstTurn);
  const turns: { readonly role: WireMessage["role"]; readonly content: JsonObject[] }[] = [];
  let shared = 0;
  for (const [at, message] of messages.slice(leading.length).entries()) {
    const { role, content } = turnOf(message, thinkingModel);
    if (leading.length + at < messages.length - added) shared += content.length;
    const last = turns.at(-1);
    if (content.length === 0) continue;
    if (last?.role === role) for (const block of content) last.content.push(block);
    else turns.push({ role, content: [...content] });
  }
  const begun = turns[0]?.role === "user";
  const all = begun ? turns : [opening, ...turns];
  // What is added holds no results, so it stays behind the rest.
  return { system: systemBlocks(leading), messages: all.map(resultsFirst), shared: shared + (begun ? 0 : 1) };
}

/** One block, or several where the client wants the prompt cached up to a place in it. */
function systemBlocks(leading: readonly Message[]): readonly JsonObject[] {
  const blocks: JsonObject[] = [];
  let texts: string[] = [];
  for (const [at, message] of leading.entries()) {
    const text = textOf(message);
    if (text.trim() !== "") texts.push(text);
    if (message.cacheFor === undefined && at < leading.length - 1) continue;
    if (texts.length > 0) blocks.push(...endMarked([{ type: "text", text: texts.join("\n\n") }], message.cacheFor));
    texts = [];
  }
  return blocks;
}

function turnOf(message: Message, thinkingModel: string | undefined): WireMessage {
  const { role, content } = unmarkedTurn(message, thinkingModel);
  return { role, content: endMarked(content, message.cacheFor) };
}

function unmarkedTurn(message: Message, thinkingModel: string | undefined): WireMessage {
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
      input: objectOf(parseJson(call.arguments, parseToRewrite)) ?? {},
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
  const block = part.type === "text" ? textBlocks(part.text) : [{ type: "image", source: sourceOf(part.url) }];
  return endMarked(block, part.cacheFor);
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
