import { errorCodes, isErrorCode, type CallResult, type DegradedReason, type Outcome, type Phase } from "@massgen/core";
import type { Usage } from "@massgen/core/model";

export const phases = wordsOf<Phase>({ draft: true, ballot: true, presentation: true });

/** How runs end, as metrics say it. */
export const outcomes = wordsOf<Outcome | "cancelled">({
  unanimous: true,
  majority: true,
  plurality: true,
  tied: true,
  single: true,
  failed: true,
  cancelled: true,
});

export const degradedReasons = wordsOf<DegradedReason>({
  "agent-failed": true,
  "straggler-dropped": true,
  deadline: true,
  budget: true,
  "presenter-fallback": true,
  abstention: true,
  "answer-now": true,
});

/** Why calls were not needed, and what a receipt calls that. */
export const savings = [
  ["agreement", "agreement"],
  ["early_stop", "earlyStop"],
  ["lazy", "lazy"],
] as const;

/** The kinds of tokens, and the figures of a usage report that count them. */
export const tokenKinds: readonly (readonly [string, keyof Usage])[] = [
  ["input", "inputTokens"],
  ["cache_read", "cachedInputTokens"],
  ["cache_write", "cacheWriteTokens"],
  ["output", "outputTokens"],
  ["reasoning", "reasoningTokens"],
];

const ends = ["ok", "rejected", "aborted", "unsent", "lost"] as const;

/** How calls end. */
export const callResults: readonly string[] = [...new Set([...ends, ...errorCodes])];

/** Only known words become labels: each new one would be a series of its own. */
export function resultLabel(result: CallResult): string {
  return ends.some((end) => end === result) || isErrorCode(result) ? result : "other";
}

/** All words of a type, which the compiler checks. */
function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] {
  return Object.keys(words) as Word[];
}
