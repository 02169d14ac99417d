import type { Answer, Usage } from "../answer.ts";

/** Which provider's dialect a call speaks. */
export type WireName = "openai" | "claude" | "gemini";

export const wireNames: readonly WireName[] = ["openai", "claude", "gemini"];

/** The place of an event in an answer. `part` is a piece of something larger, `whole` a tool call complete in itself. */
type Stage = "opening" | "part" | "whole" | "terminal";

/** One event of a streamed answer, as it goes over the wire. */
export interface Frame {
  readonly stage: Stage;
  readonly text: string;
  /** What the answer has reported once this event is out, if it reports anything. */
  readonly usage?: Usage;
}

/** How a provider frames what a model says. */
export interface Dialect {
  /** A whole answer, event by event; `terminal` events, and only they, say that it is complete. */
  readonly frames: (answer: Answer) => readonly Frame[];
  /** The same as one JSON body. */
  readonly document: (answer: Answer) => string;
  /** An event that is broken JSON. */
  readonly brokenEvent: string;
  /** An error inside a 200 stream. */
  readonly inBandError: (message: string) => string;
  /** The body of a refusal. */
  readonly refusal: (status: number, message: string) => string;
  /** The body of a refusal, HTTP 400, of so many tokens of prompt by a model that takes only so many. */
  readonly tooLong: (prompt: number, most: number) => string;
  /** How a refusal says when to come back, where the provider does not use the `Retry-After` header. */
  readonly retryInBody?: (status: number, message: string, seconds: number) => string;
}

/** A text in pieces, for a stream: three, or as many as it has characters. */
export function piecesOf(text: string, { unsplit = false }: Answer): readonly string[] {
  if (unsplit) return text === "" ? [] : [text];
  const third = Math.max(1, Math.ceil(text.length / 3));
  return [text.slice(0, third), text.slice(third, 2 * third), text.slice(2 * third)].filter((piece) => piece !== "");
}
