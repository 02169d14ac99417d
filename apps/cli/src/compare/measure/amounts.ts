import type { CallDetail, RunResult, Setup, UnreportedUsage, Usage } from "@massgen/core";
import type { Verdict } from "@massgen/core/replay";

/** What an answer took. */
export interface Amounts {
  readonly calls: number;
  /** With the estimate for calls that did not report theirs. */
  readonly tokens: number;
  /** In dollars, with the estimate for calls that did not report their tokens; null where a price is unknown. */
  readonly usd: number | null;
  readonly ms: number;
}

export const nothing: Amounts = { calls: 0, tokens: 0, usd: 0, ms: 0 };

/** One after the other. */
export function plus(a: Amounts, b: Amounts): Amounts {
  return { ...beside(a, b), ms: a.ms + b.ms };
}

/** At the same time. */
export function beside(a: Amounts, b: Amounts): Amounts {
  return {
    calls: a.calls + b.calls,
    tokens: a.tokens + b.tokens,
    usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
    ms: Math.max(a.ms, b.ms),
  };
}

/** The mean of several; there must be one. */
export function meanOf(all: readonly Amounts[]): Amounts {
  const { calls, tokens, usd, ms } = all.reduce(plus, nothing);
  const count = Math.max(1, all.length);
  return { calls: calls / count, tokens: tokens / count, usd: usd === null ? null : usd / count, ms: ms / count };
}

/** Whether all that a run could call has a known price. */
export function isPriced({ members }: Setup): boolean {
  return members.every(({ price, fallback }) => price !== undefined && (!fallback || fallback.price !== undefined));
}

/** What a run took as it was decided again. */
export function amountsOf({ calls, spent }: Pick<Verdict, "calls" | "spent">, setup: Setup): Amounts {
  const { usage, unreported, costUsd = 0, unreportedCostUsd = 0, elapsedMs } = spent;
  return {
    calls,
    tokens: tokensOf(usage) + tokensOf(unreported),
    usd: isPriced(setup) ? costUsd + unreportedCostUsd : null,
    ms: elapsedMs,
  };
}

/** What a whole run took. */
export function amountsIn({ receipt }: RunResult, setup: Setup): Amounts {
  return amountsOf({ calls: receipt.calls.made, spent: receipt }, setup);
}

/** What some of its calls took. */
export function amountsOfCalls(calls: readonly CallDetail[], setup: Setup): Amounts {
  const sent = calls.filter(({ sentAtMs }) => sentAtMs !== undefined);
  const began = Math.min(...calls.map(({ queuedAtMs }) => queuedAtMs));
  const over = Math.max(...calls.map(({ endedAtMs }) => endedAtMs));
  return {
    calls: sent.length,
    tokens: sent.reduce((sum, { usage }) => sum + tokensOf(usage), 0),
    usd: isPriced(setup) ? sent.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0) : null,
    ms: calls.length > 0 ? over - began : 0,
  };
}

function tokensOf(usage: Usage | UnreportedUsage | undefined): number {
  const { inputTokens = 0, outputTokens = 0 } = usage ?? {};
  const total = usage !== undefined && "totalTokens" in usage ? (usage.totalTokens ?? 0) : 0;
  return Math.max(total, inputTokens + outputTokens);
}
