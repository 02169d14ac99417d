import type { Usage } from "../model/model-event.ts";
import { tokensOfChars } from "../token-estimate.ts";
import type { PricedUsage } from "../pricing.ts";
import type { UnreportedUsage } from "./receipt.ts";

const unbelievable = 1_000_000_000;

/** A reported figure if it is a whole number of tokens below 1e9. Anything else counts as not reported. */
function figure(value: number | undefined): number | undefined {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < unbelievable ? value : undefined;
}

/** Completes a usage report: of input, output and total, the third follows from two. */
function known(usage: Usage | undefined): Usage {
  const [cached, written] = [figure(usage?.cachedInputTokens), figure(usage?.cacheWriteTokens)];
  const reasoning = figure(usage?.reasoningTokens);
  let [input, output, total] = [figure(usage?.inputTokens), figure(usage?.outputTokens), figure(usage?.totalTokens)];
  if (input !== undefined && output !== undefined) total = Math.max(total ?? 0, input + output);
  else if (input !== undefined && total !== undefined) output = Math.max(0, total - input);
  else if (output !== undefined && total !== undefined) input = Math.max(0, total - output);
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(total !== undefined && { totalTokens: total }),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(written !== undefined && { cacheWriteTokens: written }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}

/**
 * The total of a usage report: the stated one, or the sum of its parts if that is larger. Undefined when too little is
 * reported.
 */
export function totalTokens(usage: Usage | undefined): number | undefined {
  return known(usage).totalTokens;
}

/** The input tokens; undefined when too little is reported. */
export function inputTokens(usage: Usage | undefined): number | undefined {
  return known(usage).inputTokens;
}

/** Whether a report gives both input and output; a total alone does not. */
export function isWhole(usage: Usage | undefined): boolean {
  const { inputTokens, outputTokens } = known(usage);
  return inputTokens !== undefined && outputTokens !== undefined;
}

/** What is known of a call's size without its report. */
interface CallSize {
  readonly usage?: Usage;
  /** Tokens of its prompt, estimated. */
  readonly promptTokens: number;
  /** Characters of its reply as far as it came. */
  readonly replyChars: number;
}

/** Estimates the figures that calls did not report. Undefined when all reported both input and output. */
export function unreportedUsage(calls: readonly CallSize[]): UnreportedUsage | undefined {
  const silent = calls.filter(({ usage }) => !isWhole(usage)).map(missingFigures);
  if (silent.length === 0) return undefined;
  return {
    inputTokens: silent.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: silent.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
  };
}

/** The figures that a report lacks; 0 for one that it has. A total alone is divided. */
function missingFigures({ usage, promptTokens, replyChars }: CallSize): UnreportedUsage {
  const { inputTokens, outputTokens, totalTokens } = known(usage);
  if (inputTokens !== undefined) return { inputTokens: 0, outputTokens: tokensOfChars(replyChars) };
  if (outputTokens !== undefined) return { inputTokens: promptTokens, outputTokens: 0 };
  if (totalTokens === undefined) return { inputTokens: promptTokens, outputTokens: tokensOfChars(replyChars) };
  const input = Math.min(promptTokens, totalTokens);
  return { inputTokens: input, outputTokens: totalTokens - input };
}

/** Input and output of a call: as reported, and as estimated where that says nothing. */
export function assumedUsage(call: CallSize): UnreportedUsage {
  const { inputTokens = 0, outputTokens = 0 } = known(call.usage);
  if (isWhole(call.usage)) return { inputTokens, outputTokens };
  const missing = missingFigures(call);
  return { inputTokens: inputTokens + missing.inputTokens, outputTokens: outputTokens + missing.outputTokens };
}

/** What a report can be priced by; undefined when it lacks input or output. */
export function pricedUsage(usage: Usage | undefined): PricedUsage | undefined {
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 } = known(usage);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const cached = Math.min(cachedInputTokens, inputTokens);
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: cached,
    cacheWriteTokens: Math.min(cacheWriteTokens, inputTokens - cached),
    reasoningTokens: Math.min(reasoningTokens, outputTokens),
  };
}

/**
 * The sum of each figure over the reports that have it; undefined if none has any. The total is at least the sum of the
 * parts: a report with only one part adds it to the total, and a total alone adds to nothing else.
 */
export function sumOfUsage(reports: readonly (Usage | undefined)[]): Usage | undefined {
  const sum: { -readonly [name in keyof Usage]: Usage[name] } = {};
  for (const report of reports) {
    const usage = known(report);
    const totalTokens = usage.totalTokens ?? usage.inputTokens ?? usage.outputTokens;
    for (const [name, value] of Object.entries({ ...usage, totalTokens }) as [keyof Usage, number | undefined][])
      if (value !== undefined) sum[name] = (sum[name] ?? 0) + value;
  }
  return Object.keys(sum).length > 0 ? sum : undefined;
}
