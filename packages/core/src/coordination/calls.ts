import type { ErrorCode } from "../errors.ts";
import type { QueueWait } from "../limiter.ts";
import { affords, estimatedPrompt } from "./budget.ts";
import { type EndedCost, isUnbilled } from "./call-cost.ts";
import { estimateCall } from "./call-estimate.ts";
import { fitted, outputWithin } from "./context-window.ts";
import { currentSetup } from "./current-models.ts";
import type { CallOrder, CallPurpose, Reask } from "./effect.ts";
import type { CallResult, Failure } from "./receipt.ts";
import type { CallRecord } from "./call-record.ts";
import { type Step, type Task, latestStartMs } from "./state.ts";

/** How a call relates to earlier ones. */
interface CallHistory {
  readonly retryOf?: Reask | undefined;
  /** The id of the call that this one takes the place of. */
  readonly previous?: string;
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
  const { retryOf, previous, retries = 0, repeats, shortened } = history;
  const purpose = fitted(state, agentId, wanted, retryOf) ?? wanted;
  const setup = currentSetup(state);
  const estimate = estimateCall(state, agentId, purpose, retryOf);
  if (!affords(state, [estimate])) return false;
  const { tokens: reservedTokens, usd: reservedUsd, budgetTokens } = estimate;
  const callId = `call-${state.calls.length + 1}`;
  const maxOutputTokens = outputWithin(state, agentId, purpose, retryOf);
  const { model = "primary" } = step.agent(agentId);
  const order: CallOrder = {
    callId,
    agentId,
    model,
    purpose,
    ...(retryOf && { retryOf }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(budgetTokens !== undefined && { budgetTokens }),
    ...(reservedUsd !== undefined && { reservedUsd }),
    ...(repeats !== undefined && { repeats }),
    ...(shortened && { shortened }),
  };
  const record: CallRecord = {
    callId,
    agentId,
    model,
    phase: purpose.phase,
    status: "live",
    startedAtMs: state.nowMs,
    reservedTokens,
    ...(reservedUsd !== undefined && { reservedUsd }),
    promptTokens: estimatedPrompt(setup, agentId, purpose, retryOf),
    replyChars: 0,
    ...(previous !== undefined && { retryOf: previous }),
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
  if (!startCall(step, agentId, purpose, { retryOf, previous: order.callId, shortened: order.shortened })) {
    step.degrade("budget");
    return false;
  }
  markCall(step, order, "rejected");
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
  updateCall(step, callId, { queued: false, sentAtMs: step.state.nowMs });
  step.announce({ type: "call-sent", agentId, phase: purpose.phase });
}

/**
 * Records the end of a call and frees its agent.
 * @param result the failure's code, or `ok` until its reply turns out to be of no use: see {@link markCall}
 */
export function endCall(
  step: Step,
  order: CallOrder,
  result: "ok" | ErrorCode,
  reported: Reported & Pick<EndedCost, "begun">,
): void {
  const status = result === "ok" ? "finished" : "failed";
  const unbilled = result !== "ok" && isUnbilled({ ...reported, code: result });
  const change = { status, ...ending(step, order.callId, result), ...figuresIn(reported) } as const;
  updateCall(step, order.callId, { ...change, ...(unbilled && { unbilled }) });
  step.setAgent(order.agentId, { task: undefined });
}

/**
 * Records that the process that made a call is gone. The agent counts as busy until the call is made again or given up.
 */
export function loseCall(step: Step, { order, retries }: Task, failure: Failure): void {
  updateCall(step, order.callId, { status: "lost", ...ending(step, order.callId, "lost") });
  step.setAgent(order.agentId, { task: { order, live: false, retries, failure } });
}

/** Records what a call reports that is over already, such as an aborted one. */
export function recordLate(step: Step, callId: string, reported: Reported): void {
  updateCall(step, callId, figuresIn(reported));
}

/** What is reported of a call at its end. */
type Reported = Partial<Pick<CallRecord, "usage" | "costUsd" | "timing" | "replyChars" | "finishReason">>;

function figuresIn({ usage, costUsd, timing, replyChars, finishReason }: Reported): Reported {
  return {
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd }),
    ...(timing && { timing }),
    ...(replyChars !== undefined && { replyChars }),
    ...(finishReason !== undefined && { finishReason }),
  };
}

/** Records that the reply of a call that has ended is of no use. */
export function markCall(step: Step, { callId }: CallOrder, result: CallResult): void {
  updateCall(step, callId, { result });
}

/** When and how a call ends now; one that still waits for its turn was never sent. */
function ending({ state }: Step, callId: string, result: CallResult): Pick<CallRecord, "endedAtMs" | "result"> {
  const queued = state.calls.some((call) => call.callId === callId && call.queued);
  return { endedAtMs: state.nowMs, result: queued ? "unsent" : result };
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
  const { callId } = task.order;
  updateCall(step, callId, { status: "aborted", ...ending(step, callId, "aborted") });
  step.effects.push({ type: "abort-call", callId });
  return true;
}

/** The pending retry of a failed call, by that call's id. */
export function waitingTask(step: Step, callId: string): Task | undefined {
  for (const agent of step.state.agents.values()) {
    if (agent.task && !agent.task.live && agent.task.order.callId === callId) return agent.task;
  }
  return undefined;
}

function updateCall(step: Step, callId: string, change: Partial<CallRecord>): void {
  step.set({ calls: step.state.calls.map((call) => (call.callId === callId ? { ...call, ...change } : call)) });
}
