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
