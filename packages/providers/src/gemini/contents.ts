import type {
  Content,
  FileData,
  FunctionCall,
  FunctionCallPart,
  FunctionResponse,
  FunctionResponsePart,
  InlineDataPart,
  TextPart,
} from "@google/generative-ai";
import {
  parseToRewrite,
  textOf,
  type AssistantMessage,
  type ContentPart,
  type Message,
  type ToolCall,
  type ToolMessage,
} from "@massgen/core/model";
import { objectOf, parseJson } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { isTooDeep } from "./nesting.ts";
import { foreignSignature, signatureOf } from "./signature.ts";

/** The SDK's types lack ids and signatures, and require a media type for files that the service detects itself. */
interface CallPart extends FunctionCallPart {
  readonly functionCall: FunctionCall & { readonly id?: string };
  readonly thoughtSignature?: string;
}
interface ResultPart extends FunctionResponsePart {
  readonly functionResponse: FunctionResponse & { readonly id?: string };
}
interface FilePart {
  readonly fileData: Omit<FileData, "mimeType">;
}
/** A part of a turn, as it goes over the wire. */
type WirePart = TextPart | InlineDataPart | FilePart | CallPart | ResultPart;

/** A turn, as it goes over the wire. */
interface WireContent extends Omit<Content, "parts"> {
  readonly role: "user" | "model";
  readonly parts: readonly WirePart[];
}

/** A conversation in Gemini's shape. */
export interface Conversation {
  readonly systemInstruction?: string;
  /** As they go over the wire. */
  readonly contents: readonly { readonly role: string; readonly parts: readonly object[] }[];
}

/**
 * Turns messages into contents. System messages before the first other message become the system instruction; later
 * ones become user text, since Gemini has no role for them. Turns of the same role are merged: Gemini wants them to
 * alternate.
 */
export function conversationOf(messages: readonly Message[], model: string): Conversation {
  const firstTurn = messages.findIndex((message) => message.role !== "system");
  const leading = messages.slice(0, firstTurn === -1 ? messages.length : firstTurn);
  // A conversation of system messages only still needs a turn to answer.
  const instructions = firstTurn === -1 ? leading.slice(0, -1) : leading;
  const systemInstruction = instructions.map(textOf).join("\n\n");
  const calls = callsById(messages);
  const contents: { readonly role: WireContent["role"]; readonly parts: WirePart[] }[] = [];
  for (const message of messages.slice(instructions.length)) {
    const { role, parts } = turnOf(message, calls, model);
    if (parts.length === 0) continue;
    if (contents.at(-1)?.role !== role) contents.push({ role, parts: [] });
    // One by one: there may be more than a call takes as arguments.
    for (const part of parts) contents.at(-1)?.parts.push(part);
  }
  return { contents, ...(systemInstruction !== "" && { systemInstruction }) };
}

type Calls = ReadonlyMap<string, ToolCall>;

/** The calls of a conversation; of two with one id the later one counts. */
function callsById(messages: readonly Message[]): Calls {
  const calls = new Map<string, ToolCall>();
  for (const message of messages) {
    if (message.role !== "assistant") continue;
    for (const call of message.toolCalls ?? []) calls.set(call.id, call);
  }
  return calls;
}

function turnOf(message: Message, calls: Calls, model: string): WireContent {
  switch (message.role) {
    case "system":
      return { role: "user", parts: [{ text: message.content }] };
    case "user":
      return {
        role: "user",
        parts: typeof message.content === "string" ? [{ text: message.content }] : message.content.map(partOf),
      };
    case "assistant":
      return { role: "model", parts: assistantParts(message, model) };
    case "tool":
      return { role: "user", parts: [resultPart(message, calls, model)] };
  }
}

function assistantParts({ content, toolCalls = [] }: AssistantMessage, model: string): WirePart[] {
  const foreign = toolCalls.every((call) => signatureOf(call, model) === undefined);
  const calls = toolCalls.map((call, position): WirePart => {
    const own = signatureOf(call, model);
    const signature =
      own?.thoughtSignature ?? (foreign && position === 0 && checksSignatures(model) ? foreignSignature : undefined);
    return {
      functionCall: {
        name: call.name,
        args: writableObject(call.arguments) ?? {},
        ...(own?.id !== undefined && { id: own.id }),
      },
      ...(signature !== undefined && { thoughtSignature: signature }),
    };
  });
  return [...(content === "" ? [] : [{ text: content }]), ...calls];
}

/** Gemini 1 and 2 neither give nor ask for signatures of calls. */
function checksSignatures(model: string): boolean {
  return !/gemini-[12](?:\D|$)/.test(model);
}

function resultPart(result: ToolMessage, calls: Calls, model: string): WirePart {
  const call = calls.get(result.toolCallId);
  const id = call === undefined ? undefined : signatureOf(call, model)?.id;
  return {
    functionResponse: {
      name: result.name ?? call?.name ?? result.toolCallId,
      // Gemini takes objects only.
      response: writableObject(result.content) ?? { result: result.content },
      ...(id !== undefined && { id }),
    },
  };
}

function partOf(part: ContentPart): WirePart {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "image":
      return imagePart(part.url);
  }
}

function imagePart(url: string): WirePart {
  const comma = url.indexOf(",");
  if (url.slice(0, "data:".length).toLowerCase() !== "data:" || comma === -1) return { fileData: { fileUri: url } };
  const [mimeType, ...parameters] = url.slice("data:".length, comma).split(";");
  const content = url.slice(comma + 1);
  const data = parameters.some((one) => one.toLowerCase() === "base64")
    ? content
    : Buffer.from(unescaped(content)).toString("base64");
  return { inlineData: { mimeType: mimeType || "image/png", data } };
}

/** Text with its percent escapes resolved; with one that is none, the text as it is. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The object in a JSON text; undefined for anything else, and for one too deep to be written again. */
function writableObject(text: string): JsonObject | undefined {
  const value = objectOf(parseJson(text, parseToRewrite));
  return isTooDeep(value) ? undefined : value;
}
