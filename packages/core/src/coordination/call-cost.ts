import type { ErrorCode } from "../errors.ts";
import type { Usage } from "../model/model-event.ts";
import { dollarsFor, type TokenRates } from "../pricing.ts";
import { assumedUsage } from "./usage.ts";

/** Failures with which a provider, or we, refuse a call before a model has seen it. */
const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "rate-limited",
  "quota",
  "overloaded",
  "authentication",
  "permission",
  "not-found",
  "invalid-request",
  "context-length",
  "configuration",
  "spending-limit",
]);

/** What the end of a call says of its cost. */
export interface EndedCost {
  /** As priced by its report; null where that is unknown. */
  readonly costUsd?: number | null;
  readonly usage?: Usage;
  /** The failure that ended it. */
  readonly code?: ErrorCode;
  /** Whether the model had begun to answer. */
  readonly begun?: boolean;
}

/** Whether nobody is charged for a call: it was refused before a model had seen it. */
export function isUnbilled({ usage, code, begun = false }: EndedCost): boolean {
  return usage === undefined && !begun && code !== undefined && refusals.has(code);
}

/** What is known of a call's size, reported or estimated. */
interface CallSize {
  readonly usage?: Usage;
  readonly promptTokens: number;
  readonly replyChars: number;
}

/**
 * What an ended call counts for: what it cost, else the most that a call of its size may have cost. A report that is
 * not whole is completed by what we know of the prompt and of the reply.
 */
export function countedUsd(ended: EndedCost, size: CallSize, rates: TokenRates): number {
  if (typeof ended.costUsd === "number") return ended.costUsd;
  return isUnbilled(ended) ? 0 : estimatedUsd(size, rates);
}

/** The most that a call of this size may have cost, in dollars. */
export function estimatedUsd({ usage, promptTokens, replyChars }: CallSize, rates: TokenRates): number {
  const { inputTokens, outputTokens } = assumedUsage({ ...(usage && { usage }), promptTokens, replyChars });
  return dollarsFor(rates, inputTokens, outputTokens);
}
