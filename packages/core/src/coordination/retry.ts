import { estimatedPrompt } from "./budget.ts";
import { affordsCall } from "./call-estimate.ts";
import { startCall } from "./calls.ts";
import { fitted, learnWindow, outputWithin } from "./context-window.ts";
import { currentSetup } from "./current-models.ts";
import type { CallOrder, CallPurpose } from "./effect.ts";
import type { Fact } from "./event.ts";
import type { Failure } from "./receipt.ts";
import { draw } from "./seeded.ts";
import { type Step, latestStartMs } from "./state.ts";

type CallFailed = Extract<Fact, { type: "call-failed" }>;

const maxRetries = 2;
const firstRetryMs = 500;

/**
 * Plans a retry of a failed call, unless the failure is final, a client has seen part of the answer, all tries are used
 * up, or the wait would exceed the time left. The delay grows exponentially with jitter; a longer delay requested by
 * the provider takes precedence.
 */
export function planRetry(step: Step, order: CallOrder, retries: number, fact: CallFailed): boolean {
  const { failure } = fact;
  if (retries >= maxRetries || !isTransient(failure) || isFinal(step, order, fact)) return false;
  const { setup, nowMs } = step.state;
  const backoffMs = firstRetryMs * 2 ** retries * (0.75 + draw(setup.runId, `retry ${order.callId}`) / 2);
  const delayMs = Math.round(Math.max(backoffMs, failure.retryAfterMs ?? 0));
  if (nowMs + delayMs >= latestStartMs(setup, order.purpose.phase)) return false;
  if (!affordsCall(step.state, order.agentId, order.purpose, order.retryOf)) {
    step.degrade("budget");
    return false;
  }
  step.setAgent(order.agentId, {
    task: { order, live: false, retries, failure },
    lastFailure: { ...failure, phase: order.purpose.phase },
  });
  step.effects.push({ type: "start-timer", timer: `retry ${order.callId}`, atMs: nowMs + delayMs });
  step.set({ contentStarted: false });
  step.announce({ type: "call-retried", agentId: order.agentId, phase: order.purpose.phase, failure, delayMs });
  return true;
}

/**
 * Whether a failed call must not be repeated because it had already begun. What a client has seen of a lone agent's
 * answer, its reasoning included, is never written twice. After a broken presentation the next author presents instead.
 */
export function isFinal({ state }: Step, { purpose }: CallOrder, fact: CallFailed): boolean {
  if (purpose.phase === "presentation") return fact.begun || state.contentStarted;
  if (purpose.phase === "ballot" || !purpose.solo) return false;
  return fact.reasoningShown === true || (state.setup.delivery === "live" && (fact.begun || state.contentStarted));
}

/**
 * Repeats a call that was refused as too long, with a shorter prompt. Returns whether it did: not after a second
 * refusal, and not if nothing can be shortened.
 */
export function retryShorter(step: Step, order: CallOrder, retries: number, { failure, begun }: CallFailed): boolean {
  const { agentId, purpose, retryOf } = order;
  if (failure.code !== "context-length") return false;
  learnWindow(step, order, failure);
  if (order.shortened || begun) return false;
  const shorter = fitted(step.state, agentId, purpose, retryOf);
  if (shorter === undefined || !isLess(step, order, shorter)) return false;
  if (!startCall(step, agentId, shorter, { retryOf, previous: order.callId, retries, shortened: true })) {
    step.degrade("budget");
    return false;
  }
  step.announce({ type: "call-retried", agentId, phase: purpose.phase, failure, delayMs: 0 });
  step.announce({ type: "retry-started", agentId, phase: purpose.phase });
  return true;
}

function isLess(
  { state }: Step,
  { agentId, purpose, retryOf, maxOutputTokens }: CallOrder,
  shorter: CallPurpose,
): boolean {
  const setup = currentSetup(state);
  if (estimatedPrompt(setup, agentId, shorter, retryOf) < estimatedPrompt(setup, agentId, purpose, retryOf))
    return true;
  const room = outputWithin(state, agentId, shorter, retryOf);
  return room !== undefined && room < (maxOutputTokens ?? Infinity);
}

function isTransient(failure: Failure): boolean {
  switch (failure.code) {
    case "rate-limited":
    case "overloaded":
    case "upstream-failed":
    case "connection":
    case "truncated":
      return true;
    case "quota":
    case "authentication":
    case "permission":
    case "not-found":
    case "invalid-request":
    case "context-length":
    case "content-filter":
    case "timeout":
    case "invalid-response":
    case "aborted":
    case "configuration":
    case "budget-exhausted":
    case "spending-limit":
    case "agents-failed":
    case "internal":
      return false;
  }
}
