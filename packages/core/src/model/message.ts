/** How long a prompt is to be kept in a provider's cache. */
export type CacheLifetime = "5m" | "1h";

/** What may end a part of the prompt that is to be cached. */
interface Cacheable {
  /**
   * The client asks that the prompt be cached up to the end of this, for so long. Providers whose services have no such
   * marks ignore it; others pass on as many as the service takes.
   */
  readonly cacheFor?: CacheLifetime;
}

/** Plain text. */
export interface TextPart extends Cacheable {
  readonly type: "text";
  readonly text: string;
}

/** An image, by web address or as a `data:` URI. Providers pass addresses on; nothing here fetches them. */
export interface ImagePart extends Cacheable {
  readonly type: "image";
  readonly url: string;
  readonly detail?: "auto" | "low" | "high";
}

export type ContentPart = TextPart | ImagePart;

/** A complete tool call. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as a JSON text, as the model wrote it. */
  readonly arguments: string;
  /** JSON that the provider of this call needs back unchanged (a signature). It means nothing to anyone else. */
  readonly opaque?: unknown;
}

export interface SystemMessage extends Cacheable {
  readonly role: "system";
  readonly content: string;
}

export interface UserMessage extends Cacheable {
  readonly role: "user";
  readonly content: string | readonly ContentPart[];
}

export interface AssistantMessage extends Cacheable {
  readonly role: "assistant";
  /** Empty when the turn was tool calls only. */
  readonly content: string;
  readonly toolCalls?: readonly ToolCall[];
}

/** The result of a tool call of an earlier assistant message. */
export interface ToolMessage extends Cacheable {
  readonly role: "tool";
  readonly toolCallId: string;
  /** The tool's name, where known: some wires ask for it. */
  readonly name?: string;
  readonly content: string;
}

/** One turn of a conversation, in a vendor-neutral form. A system message may stand anywhere. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** The text of a message, without image parts. */
export function textOf(message: Message): string {
  if (typeof message.content === "string") return message.content;
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join("");
}
