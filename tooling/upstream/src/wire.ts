import type { Answer, ReplyToolCall } from "./reply.ts";
import type { UpstreamCall } from "./call.ts";

/** A part of an answer that is one event on the wire. */
export type Piece =
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool-call"; readonly index: number; readonly call: ReplyToolCall };

/** Where a piece stands: `sent` of `total` pieces are out once it is. */
export interface Progress {
  readonly sent: number;
  readonly total: number;
}

/** How a provider frames an answer. Everything here is text to be written as it is. */
export interface Wire {
  /** Comes before the first piece, in the same write. */
  readonly opening: (call: UpstreamCall) => string;
  readonly piece: (piece: Piece, call: UpstreamCall, answer: Answer, progress: Progress) => string;
  /** Ends a complete answer, terminal marker included. */
  readonly end: (call: UpstreamCall, answer: Answer) => string;
  /** The same answer as one JSON body. */
  readonly whole: (call: UpstreamCall, answer: Answer) => string;
  /** An error inside the stream. */
  readonly failure: (error: Readonly<Record<string, unknown>>) => string;
  /** The body of a refusal. */
  readonly refusal: (status: number) => Readonly<Record<string, unknown>>;
}

/** Splits an answer into what goes out one by one. Surrogate pairs stay whole. */
export function piecesOf(answer: Answer): readonly Piece[] {
  const pieces: Piece[] = [];
  if (answer.reasoning !== "") pieces.push({ type: "reasoning", text: answer.reasoning });
  const characters = Array.from(answer.text);
  const count = Math.min(Math.max(1, answer.chunks), characters.length);
  for (let part = 0; part < count; part++) {
    const from = Math.floor((part * characters.length) / count);
    const to = Math.floor(((part + 1) * characters.length) / count);
    pieces.push({ type: "text", text: characters.slice(from, to).join("") });
  }
  for (const [index, call] of answer.toolCalls.entries()) pieces.push({ type: "tool-call", index, call });
  return pieces;
}

/** The arguments of a tool call as the text a model would have written. */
export function argumentsText(call: ReplyToolCall): string {
  return typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
}

/** The id of a tool call, made up from the call it belongs to when the script gave none. */
export function toolCallId(call: ReplyToolCall, n: number, index: number): string {
  return call.id ?? `call_${n}_${index}`;
}
