import type { QueueWait } from "../limiter.ts";
import { affords, estimateTokens, estimatedPrompt } from "./budget.ts";
import { fitted, learnWindow, outputWithin } from "./context-window.ts";
import type { CallOrder, CallPurpose, Reask } from "./effect.ts";
import type { Fact } from "./event.ts";
import type { Failure } from "./receipt.ts";
import { draw } from "./seeded.ts";
import { type CallRecord, type Step, type Task, latestStartMs } from "./state.ts";

type CallFailed = Extract<Fact, { type: "call-failed" }>;

const maxRetries = 2;
const firstRetryMs = 500;

/** How a call relates to earlier ones. */
interface CallHistory {
  readonly retryOf?: Reask | undefined;
  /** How often it was tried before. */
  readonly retries?: number;
  /** The id of the first try. */
  readonly repeats?: string;
  readonly shortened?: boolean | undefined;
}

/**
 * Makes a call if the budget allows it, shortened to the agent's context window: see {@link fitted}. Returns whether it
 * was made.
 */
export function startCall(step: Step, agentId: string, wanted: CallPurpose, history: CallHistory = {}): boolean {
  const { state } = step;
  const { retryOf, retries = 0, repeats, shortened } = history;
  const purpose = fitted(state, agentId, wanted, retryOf) ?? wanted;
  const reservedTokens = estimateTokens(state.setup, agentId, purpose, retryOf);
  if (!affords(state, [reservedTokens])) return false;
  const callId = `call-${state.calls.length + 1}`;
  const maxOutputTokens = outputWithin(state, agentId, purpose, retryOf);
  const order: CallOrder = {
    callId,
    agentId,
    purpose,
    ...(retryOf && { retryOf }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(repeats !== undefined && { repeats }),
    ...(shortened && { shortened }),
  };
  const record: CallRecord = {
    callId,
    agentId,
    phase: purpose.phase,
    status: "live",
    startedAtMs: state.nowMs,
    reservedTokens,
    promptTokens: estimatedPrompt(state.setup, agentId, purpose, retryOf),
    replyChars: 0,
  };
  step.set({ calls: [...state.calls, record] });
  step.setAgent(agentId, { task: { order, live: true, retries } });
  step.effects.push({ type: "start-call", order });
  return true;
}

/**
 * Repeats a request once and says what was wrong with the reply. Returns whether it did. A budget that is too small for
 * it counts as a reason for a degraded answer.
 *
 * @param answer the text to be repaired, when it broke the client's format
 * @param wellFormed whether the reply had the right form and only its content was unusable
 */
export function askAgain(step: Step, order: CallOrder, problem: string, answer?: string, wellFormed = false): boolean {
  const { agentId, purpose } = order;
  if (order.retryOf) return false;
  const retryOf: Reask = {
    problem,
    ...(answer !== undefined && { answer }),
    ...(wellFormed && { wellFormed }),
  };
  // The quoted text may not fit beside the rest.
  if (fitted(step.state, agentId, purpose, retryOf) === undefined) return false;
  if (!startCall(step, agentId, purpose, { retryOf, shortened: order.shortened })) {
    step.degrade("budget");
    return false;
  }
  step.announce({ type: "reply-rejected", agentId, phase: purpose.phase, problem });
  return true;
}

/** The order of a live call; undefined when the call is unknown or was aborted. */
export function liveOrder(step: Step, callId: string): CallOrder | undefined {
  for (const agent of step.state.agents.values()) {
    if (agent.task?.live && agent.task.order.callId === callId) return agent.task.order;
  }
  return undefined;
}

/**
 * Records that a call waits for its turn, or has to wait longer. Calls it off, and returns why, if its turn would come
 * too late.
 */
export function queueCall(step: Step, { callId, agentId, purpose }: CallOrder, wait: QueueWait): Failure | undefined {
  const { leastMs, reason } = wait;
  const { setup, nowMs } = step.state;
  const known = step.state.calls.some((call) => call.callId === callId && call.queued);
  updateCall(step, callId, { queued: true });
  if (!known) step.announce({ type: "call-queued", agentId, phase: purpose.phase, leastMs, reason });
  if (nowMs + leastMs < latestStartMs(setup, purpose.phase)) return undefined;
  abortTask(step, agentId);
  const message = `not sent: its turn comes in ${Math.ceil(leastMs / 1000)} s at the earliest (${reason}), too late for this run`;
  return { code: "rate-limited", message, retryAfterMs: leastMs };
}

/** Records that a waiting call is sent now. */
export function sendCall(step: Step, { callId, agentId, purpose }: CallOrder): void {
  updateCall(step, callId, { queued: false });
  step.announce({ type: "call-sent", agentId, phase: purpose.phase });
}

/** What the end of a call says of its size. */
type CallEnd = Extract<Fact, { readonly replyChars?: number }>;

/** Records the end of a call and frees its agent. */
export function endCall(step: Step, order: CallOrder, status: "finished" | "failed", end: CallEnd): void {
  updateCall(step, order.callId, { status });
  recordSize(step, end);
  step.setAgent(order.agentId, { task: undefined });
}

/** Records how large a call was. An aborted one says so later. */
export function recordSize(step: Step, { callId, usage, replyChars = 0 }: CallEnd): void {
  updateCall(step, callId, { replyChars, ...(usage && { usage }) });
}

/** Ends an agent's call, or its wait for a retry. Returns whether a live call was aborted. */
export function abortTask(step: Step, agentId: string): boolean {
  const { task } = step.agent(agentId);
  if (!task) return false;
  step.setAgent(agentId, { task: undefined });
  if (!task.live) {
    step.effects.push({ type: "stop-timer", timer: `retry ${task.order.callId}` });
    return false;
  }
  updateCall(step, task.order.callId, { status: "aborted" });
  step.effects.push({ type: "abort-call", callId: task.order.callId });
  return true;
}

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
  if (!affords(step.state, [estimateTokens(setup, order.agentId, order.purpose, order.retryOf)])) {
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
function isFinal({ state }: Step, { purpose }: CallOrder, fact: CallFailed): boolean {
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
  if (!startCall(step, agentId, shorter, { retryOf, retries, shortened: true })) {
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
  if (estimatedPrompt(state.setup, agentId, shorter, retryOf) < estimatedPrompt(state.setup, agentId, purpose, retryOf))
    return true;
  const room = outputWithin(state, agentId, shorter, retryOf);
  return room !== undefined && room < (maxOutputTokens ?? Infinity);
}

/** The pending retry of a failed call, by that call's id. */
export function waitingTask(step: Step, callId: string): Task | undefined {
  for (const agent of step.state.agents.values()) {
    if (agent.task && !agent.task.live && agent.task.order.callId === callId) return agent.task;
  }
  return undefined;
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
    case "agents-failed":
    case "internal":
      return false;
  }
}

function updateCall(step: Step, callId: string, change: Partial<CallRecord>): void {
  step.set({ calls: step.state.calls.map((call) => (call.callId === callId ? { ...call, ...change } : call)) });
}
