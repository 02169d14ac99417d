import type { PiecedAnswer, PiecedCall, ReplyUsage } from "../answer.ts";

/**
 * The place of an event in an answer. `part` is a piece of something larger, which a `closing` event ends; `whole` is a
 * tool call complete in itself.
 */
export type Stage = "opening" | "part" | "closing" | "whole" | "terminal";

/** One event of a streamed answer. */
export interface WireEvent {
  readonly stage: Stage;
  /** The `event:` field, for services that set one. */
  readonly event?: string;
  /** The `data:` field. */
  readonly data: string;
  /** What the answer has reported once this event is out, if it reports anything. */
  readonly usage?: ReplyUsage;
}

/** Whose answer it is. */
export interface Source {
  /** The number of the request: ids are made up from it. */
  readonly n: number;
  readonly model: string;
  /** The id of the answer; made from `n` by default. */
  readonly responseId?: string;
}

type Body = Readonly<Record<string, unknown>>;

/** How a service frames what a model says. */
export interface Wire {
  readonly lineEnd: "\n" | "\r\n";
  /** A whole answer, event by event; `terminal` events, and only they, say that it is complete. */
  readonly events: (answer: PiecedAnswer, source: Source) => Iterable<WireEvent>;
  /** The same as one JSON body. */
  readonly document: (answer: PiecedAnswer, source: Source) => Body;
  /** An error inside a 200 stream, behind so many events. */
  readonly failure: (error: Body, source: Source, after: number) => readonly WireEvent[];
  /** The error by which the service says that it is overloaded. */
  readonly overload: (message: string) => Body;
  /** The body of a refusal. `word` stands in place of the service's own for the kind of failure. */
  readonly refusal: (status: number, message: string, word?: string) => Body;
  /** The body of a refusal, HTTP 400, of so many tokens of prompt by a model that takes only so many. */
  readonly tooLong: (prompt: number, most: number) => Body;
  /** How a refusal says when to come back, where the service does not use the `Retry-After` header. */
  readonly retryInBody?: (status: number, message: string, seconds: number) => Body;
  /** An event that is broken JSON. */
  readonly brokenEvent: WireEvent;
}

/** An event as it goes over the wire. */
export function framed({ lineEnd }: Pick<Wire, "lineEnd">, { event, data }: Pick<WireEvent, "event" | "data">): string {
  return `${event === undefined ? "" : `event: ${event}${lineEnd}`}data: ${data}${lineEnd}${lineEnd}`;
}

/** What is reported, for spreading into an event. */
export function reporting(usage: ReplyUsage | undefined): { readonly usage?: ReplyUsage } {
  return usage === undefined ? {} : { usage };
}

/** The total that a service adds up, if it reports one. */
export function totalOf({ inputTokens, outputTokens, totalTokens = inputTokens + outputTokens }: ReplyUsage) {
  return totalTokens ?? undefined;
}

/** The arguments of a call as an object; what is no JSON goes out as the text it is. */
export function parsedArguments(call: PiecedCall): unknown {
  const text = call.arguments.join("");
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a second choice says, where it has words of its own. */
export const otherWords = "Something else.";

/** One fixed moment for all answers: what tests compare must not depend on the clock. */
export const createdAt = 1_700_000_000;
