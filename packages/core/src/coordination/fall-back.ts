import { thinkingTokensOf } from "./ballot-tokens.ts";
import { startCall } from "./calls.ts";
import { fitted } from "./context-window.ts";
import type { CallOrder, CallPurpose } from "./effect.ts";
import type { Fact } from "./event.ts";
import type { Failure } from "./receipt.ts";
import { isFinal } from "./retry.ts";
import { type Step, latestStartMs } from "./state.ts";

/** Failures that say that this model is not to be had, whatever is asked. */
const unavailable: readonly Failure["code"][] = ["not-found", "authentication", "permission", "quota", "overloaded"];

/**
 * Orders the task of a call that failed for good once more, from the agent's fallback, which the agent keeps. Returns
 * whether it did: not if the model failed in another way, if the fallback has taken over before or cannot take the
 * conversation, or if time or budget do not allow it.
 */
export function fallBack(step: Step, order: CallOrder, fact: Extract<Fact, { type: "call-failed" }>): boolean {
  const { agentId, purpose } = order;
  const { failure } = fact;
  const { setup, nowMs, agents } = step.state;
  const fallback = setup.members.find(({ id }) => id === agentId)?.fallback;
  if (fallback?.able !== true || agents.get(agentId)?.model === "fallback") return false;
  if (!unavailable.includes(failure.code) || isFinal(step, order, fact)) return false;
  if (nowMs >= latestStartMs(setup, purpose.phase)) return false;

  const before = step.state;
  step.setAgent(agentId, {
    model: "fallback",
    primaryFailure: { ...failure, phase: purpose.phase },
    // What was learned of the other model.
    contextTokens: undefined,
    savedTokens: undefined,
    thinks: undefined,
    lastFailure: undefined,
  });
  const task = forFallback(step, agentId, purpose);
  const fits = fitted(step.state, agentId, task) !== undefined;
  if (!fits || !startCall(step, agentId, task, { previous: order.callId })) {
    step.state = before;
    if (fits) step.degrade("budget");
    return false;
  }
  step.set({ contentStarted: false });
  step.announce({ type: "fallback-started", agentId, phase: purpose.phase, failure, model: fallback.model });
  return true;
}

/** The same task, without what only suited the other model. */
function forFallback({ state }: Step, agentId: string, purpose: CallPurpose): CallPurpose {
  if (purpose.phase === "draft") return purpose;
  const { shownChars: _, ...whole } = purpose;
  if (whole.phase === "presentation") return whole;
  const { thinkingTokens: __, ...ballot } = whole;
  const thinkingTokens = thinkingTokensOf(state, agentId);
  return { ...ballot, ...(thinkingTokens !== undefined && { thinkingTokens }) };
}
