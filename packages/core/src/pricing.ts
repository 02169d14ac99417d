import type { ChatModel } from "./model/chat-model.ts";

/** What a model's calls are charged, in dollars for a million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
  /** Of the input, for what is read from a cache; as `input` where it is absent. */
  readonly cachedInput?: number;
  /** Of the input, for what is written to a cache; as `input` where it is absent. */
  readonly cacheWrite?: number;
}

/** The most that calls of a model are charged, in dollars: what is reserved for a call follows from them. */
export interface TokenRates {
  /** For a million tokens of a prompt, whether they are read from a cache, written to one, or neither. */
  readonly input: number;
  /** For a million tokens of an answer. */
  readonly output: number;
  /** For each call, whatever its size; absent for nothing. */
  readonly call?: number;
}

const million = 1_000_000;

/** The most that a call of this size costs, in dollars. */
export function dollarsFor(
  { input, output, call = 0 }: TokenRates,
  promptTokens: number,
  answerTokens: number,
): number {
  return call + (input * promptTokens) / million + (output * answerTokens) / million;
}

/** The tokens of an answer for which these dollars are enough, beside the prompt; below 0 where that costs more. */
export function answerTokensFor(rates: TokenRates, usd: number, promptTokens: number): number {
  // One less, so that rounding never makes it cost more.
  return Math.floor(((usd - dollarsFor(rates, promptTokens, 0)) * million) / rates.output) - 1;
}

/** A report that can be priced: whole, with parts that are no more than what they are parts of. */
export interface PricedUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input: read from a cache, and written to one. */
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  /** Of the output. */
  readonly reasoningTokens: number;
}

/** An ended call that reported what it used. */
export interface EndedCall {
  /** The very model that was called. */
  readonly model: ChatModel;
  readonly usage: PricedUsage;
  /** When it ended, in milliseconds since 1970: some prices depend on the hour. */
  readonly endedAt: number;
}

/** No call costs as much. A price beyond it counts as unknown. */
const unbelievable = 1_000_000;

/** What a call cost, in dollars; null where `price` does not know, or says what cannot be. */
export function soundPrice(price: (call: EndedCall) => number | null, call: EndedCall): number | null {
  try {
    const usd: unknown = price(call);
    return typeof usd === "number" && usd >= 0 && usd < unbelievable ? usd : null;
  } catch {
    return null;
  }
}
