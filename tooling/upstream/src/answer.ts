/** Tokens as a service reports them. */
export interface ReplyUsage {
  /** Those read from and written to a cache included. */
  readonly inputTokens: number;
  /** The reasoning ones included. */
  readonly outputTokens: number;
  readonly reasoningTokens?: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteTokens?: number;
  /** Default: the sum; null reports none. */
  readonly totalTokens?: number | null;
}

export type ReplyFinish = "stop" | "length" | "content-filter" | "tool-calls";

/** A tool call of a reply. Arguments given as a string go out unchecked, broken JSON included. */
export interface ReplyToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>> | string;
  readonly id?: string;
}

/** How an answer ends: complete, without its terminal marker, or not at all. */
export type Ending =
  | { readonly type: "complete" }
  | { readonly type: "hang" }
  | { readonly type: "cut" }
  | { readonly type: "reset" }
  | { readonly type: "error"; readonly error: Readonly<Record<string, unknown>> };

/** What a model says to one call, for whichever wire asks: reasoning, text and tool calls, in this order. */
export interface Answer {
  readonly type: "answer";
  readonly reasoning: string;
  readonly text: string;
  /** Into how many events the text, and the arguments of each call, are split. */
  readonly chunks: number;
  readonly toolCalls: readonly ReplyToolCall[];
  readonly finish: ReplyFinish;
  /** A word that no list holds, in place of the service's word for `finish`. */
  readonly finishWord?: string;
  /** What a second choice holds, where the wire has choices: other words, or the calls, apart from the text. */
  readonly second?: "words" | "calls";
  /** Null reports no usage at all. */
  readonly usage: ReplyUsage | null;
  readonly ending: Ending;
}

/** A tool call in the pieces of its arguments. */
export interface PiecedCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: readonly string[];
}

/** An answer in the pieces in which it goes out, each in an event of its own. */
export interface PiecedAnswer extends Partial<Pick<Answer, "finishWord" | "second">> {
  readonly reasoning: readonly string[];
  readonly text: readonly string[];
  readonly toolCalls: readonly PiecedCall[];
  /** Without it the answer breaks off before its terminal marker. */
  readonly finish?: ReplyFinish;
  /**
   * Where the reason to end stands, if not once: with every event, or nowhere. Wires that end by the reason itself
   * leave `nowhere` out.
   */
  readonly reasonStands?: "everywhere" | "nowhere";
  /** What the service wants back with its reasoning or its first call. */
  readonly signature?: string;
  readonly usage?: ReplyUsage;
  /** What an earlier event reports; default: as much as there is so far, where the service reports more than once. */
  readonly usageSoFar?: ReplyUsage;
}

/** Splits a text into so many pieces of about one length, none of them empty. Surrogate pairs stay whole. */
function split(text: string, count: number): readonly string[] {
  const pieces: string[] = [];
  const parts = Math.min(Math.max(1, count), text.length);
  for (let part = 1, from = 0; part <= parts; part++) {
    let to = Math.floor((part * text.length) / parts);
    if (to < text.length && /[\uDC00-\uDFFF]/.test(text.charAt(to))) to += 1;
    if (to > from) pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

/** The arguments of a tool call as the text a model would have written. */
export function argumentsText(call: ReplyToolCall): string {
  return typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
}

/** Splits an answer. Calls without an id are given one, made up from the number of the request. */
export function piecesOf(answer: Answer, n: number): PiecedAnswer {
  const { reasoning, text, toolCalls, chunks, finish, finishWord, second, usage } = answer;
  return {
    reasoning: split(reasoning, 1),
    text: split(text, chunks),
    toolCalls: toolCalls.map((call, index) => ({
      id: call.id ?? `call_${n}_${index}`,
      name: call.name,
      arguments: split(argumentsText(call), chunks),
    })),
    finish,
    ...(finishWord !== undefined && { finishWord }),
    ...(second !== undefined && { second }),
    ...(usage !== null && { usage }),
  };
}
