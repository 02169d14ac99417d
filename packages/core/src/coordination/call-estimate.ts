import { affords, type Estimate, estimatedPrompt, estimateTokens, outputTokensFor, spentUsd } from "./budget.ts";
import { currentSetup } from "./current-models.ts";
import { windowOf } from "./context-window.ts";
import type { CallPurpose, Reask } from "./effect.ts";
import type { State } from "./state.ts";
import { answerTokensFor, dollarsFor } from "../pricing.ts";

/**
 * The bounds of an output limit that only the budget imposes. Below, an answer is not worth its call: a short budget
 * asks fewer agents. Above, models refuse the limit, and what is reserved is missing elsewhere.
 */
const leastBudgetTokens = 512;
const mostBudgetTokens = 16_384;

/** What a call may use, with the output limit that a budget in dollars imposes on it. */
export interface CallEstimate extends Estimate {
  /** Absent where the answer is limited already, or costs nothing. */
  readonly budgetTokens?: number;
}

/** Estimates a call that is to be made now. */
export function estimateCall(state: State, agentId: string, purpose: CallPurpose, retryOf?: Reask): CallEstimate {
  const setup = currentSetup(state);
  const tokens = estimateTokens(setup, agentId, purpose, retryOf);
  const price = setup.members.find(({ id }) => id === agentId)?.price;
  if (price === undefined) return { tokens };
  const budgetTokens = budgetTokensFor(state, agentId, purpose, retryOf);
  const output = budgetTokens ?? outputTokensFor(setup, agentId, purpose, retryOf);
  const usd = dollarsFor(price, estimatedPrompt(setup, agentId, purpose, retryOf), output);
  return { tokens, usd, ...(budgetTokens !== undefined && { budgetTokens }) };
}

/** Whether the remaining budget covers a call. */
export function affordsCall(state: State, agentId: string, purpose: CallPurpose, retryOf?: Reask): boolean {
  return affords(state, [estimateCall(state, agentId, purpose, retryOf)]);
}

/**
 * The output limit that a budget in dollars imposes on an answer that nothing else limits. Drafts share half of what is
 * left: the other half pays for the vote.
 */
function budgetTokensFor(
  state: State,
  agentId: string,
  purpose: CallPurpose,
  retryOf: Reask | undefined,
): number | undefined {
  const setup = currentSetup(state);
  const { maxUsd } = setup.settings.budget;
  const member = setup.members.find(({ id }) => id === agentId);
  if (maxUsd === undefined || purpose.phase === "ballot" || !member?.price || !member.unlimited) return undefined;
  if (member.price.output === 0) return undefined;
  const left = maxUsd - spentUsd(state);
  const share = purpose.phase === "draft" && !purpose.solo ? left / shares(state) : left;
  const prompt = estimatedPrompt(setup, agentId, purpose, retryOf);
  const room = (windowOf(state, agentId) ?? Infinity) - prompt;
  const paid = answerTokensFor(member.price, share, prompt);
  return Math.max(leastBudgetTokens, Math.min(mostBudgetTokens, room, paid));
}

/**
 * Into how many parts what is left is divided: one for each draft that is still to begin, and as many as all drafts.
 */
function shares({ setup, calls }: State): number {
  const able = setup.members.filter(({ able }) => able);
  const begun = new Set(calls.map(({ agentId }) => agentId));
  const toBegin = able.filter(({ id }) => !begun.has(id)).length;
  return Math.max(1, toBegin) + able.length;
}
