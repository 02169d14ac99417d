import { announceAnswer } from "./answer-start.ts";
import { ballotFinished, closeRoundIfDone, decideNow } from "./ballots.ts";
import { eligible } from "./candidate.ts";
import {
  recordSize,
  endCall,
  liveOrder,
  planRetry,
  queueCall,
  retryShorter,
  sendCall,
  startCall,
  waitingTask,
} from "./calls.ts";
import { learnPrompt } from "./context-window.ts";
import { decideByVotes, decideSingle } from "./decide.ts";
import { afterDrafting, draftFinished, dropOutstanding, startDrafts } from "./drafts.ts";
import type { CallOrder, Effect } from "./effect.ts";
import type { Fact, Timer } from "./event.ts";
import { failAgent, failureOfAll } from "./failure.ts";
import { finishCancelled, finishFailed } from "./finish.ts";
import { presentVerbatim, presentationFailed, presentationFinished } from "./present.ts";
import type { Failure } from "./receipt.ts";
import { type State, Step, isSolo } from "./state.ts";

/**
 * The rules of a run: a fact in, the next state and what is to be done out. Pure: time comes with the facts, draws are
 * seeded.
 *
 * Two kinds of event exist. Facts (draft finished, ballot cast, call failed, timer fired) come through here and form
 * the log that replays; the pieces of text that stream by never do. These hold for every order of facts:
 *
 * I1 only facts change state.
 * I2 a ballot of an earlier or void round changes nothing.
 * I3 at most one live call per agent.
 * I4 every state reaches the end if all agents fail or the deadline fires.
 * I5 same log, same result.
 * I6 a decision taken by early stop equals the decision with all outstanding votes cast for the runner-up.
 * I7 no effect after the end.
 * I8 an aborted or failed call never adds a candidate or a vote.
 * I9 with a response format, what goes out keeps it, calls tools, or says by its finish that it was cut.
 */
export function transition(state: State, fact: Fact): readonly [State, readonly Effect[]] {
  if (state.phase === "ended") return [state, []];
  const step = new Step({ ...state, nowMs: Math.max(state.nowMs, fact.atMs) });
  apply(step, fact);
  return [step.state, step.effects];
}

function apply(step: Step, fact: Fact): void {
  switch (fact.type) {
    case "run-started":
      if (step.state.phase === "new") startDrafts(step);
      return;
    case "cancelled":
      finishCancelled(step);
      return;
    case "timer-fired":
      timerFired(step, fact.timer);
      return;
    case "content-started":
      contentStarted(step, fact.callId);
      return;
    case "call-queued":
      callQueued(step, fact);
      return;
    case "call-sent":
      callSent(step, fact.callId);
      return;
    case "call-failed":
      callFailed(step, fact);
      return;
    case "draft-finished":
    case "ballot-finished":
    case "presentation-finished":
      callFinished(step, fact);
      return;
  }
}

function contentStarted(step: Step, callId: string): void {
  const order = liveOrder(step, callId);
  if (!order) return;
  step.set({ contentStarted: true });
  if (step.state.setup.delivery === "live") announceAnswer(step, order.agentId, false);
  step.effects.push({ type: "stop-timer", timer: "presenter" });
}

function callQueued(step: Step, { callId, leastMs, reason }: Extract<Fact, { type: "call-queued" }>): void {
  const order = liveOrder(step, callId);
  const failure = order && queueCall(step, order, { leastMs, reason });
  if (failure) giveUp(step, order, failure);
}

function callSent(step: Step, callId: string): void {
  const order = liveOrder(step, callId);
  if (order) sendCall(step, order);
}

type CallFinished = Extract<Fact, { type: "draft-finished" | "ballot-finished" | "presentation-finished" }>;

function callFinished(step: Step, fact: CallFinished): void {
  const order = liveOrder(step, fact.callId);
  if (!order || !isReplyTo(order, fact)) {
    recordSize(step, fact);
    return;
  }
  endCall(step, order, "finished", fact);
  learnPrompt(step, order, fact.usage);
  if (fact.reasoning || (fact.usage?.reasoningTokens ?? 0) > 0) step.setAgent(order.agentId, { thinks: true });
  if (fact.droppedParameters && fact.droppedParameters.length > 0) {
    const { agentId, purpose } = order;
    const final = purpose.phase === "presentation" || (purpose.phase === "draft" && purpose.solo);
    step.announce({ type: "parameters-dropped", agentId, names: fact.droppedParameters, final });
  }
  switch (fact.type) {
    case "draft-finished":
      draftFinished(step, order, fact);
      return;
    case "ballot-finished":
      ballotFinished(step, order, fact.reply);
      return;
    case "presentation-finished":
      presentationFinished(step, order, fact.reply);
      return;
  }
}

function isReplyTo(order: CallOrder, fact: CallFinished): boolean {
  return fact.type === `${order.purpose.phase}-finished`;
}

function callFailed(step: Step, fact: Extract<Fact, { type: "call-failed" }>): void {
  const order = liveOrder(step, fact.callId);
  if (!order) {
    recordSize(step, fact);
    return;
  }
  const retries = step.agent(order.agentId).task?.retries ?? 0;
  endCall(step, order, "failed", fact);
  if (retryShorter(step, order, retries, fact) || planRetry(step, order, retries, fact)) return;
  giveUp(step, order, fact.failure);
}

/** A call failed for good. */
function giveUp(step: Step, order: CallOrder, failure: Failure): void {
  switch (order.purpose.phase) {
    case "draft":
      failAgent(step, order.agentId, "draft", failure);
      if (order.purpose.solo) finishFailed(step, failureOfAll(step.state));
      else afterDrafting(step);
      return;
    case "ballot":
      failAgent(step, order.agentId, "ballot", failure);
      closeRoundIfDone(step);
      return;
    case "presentation":
      presentationFailed(step, order, failure);
      return;
  }
}

function timerFired(step: Step, timer: Timer): void {
  switch (timer) {
    case "deadline":
      deadlineFired(step);
      return;
    case "reserve":
      reserveFired(step);
      return;
    case "presenter":
      if (step.state.phase === "presenting" && !step.state.contentStarted) presentVerbatim(step);
      return;
    case "straggler":
      if (step.state.phase !== "drafting") return;
      dropOutstanding(step, "straggler");
      afterDrafting(step);
      return;
    default:
      retryFired(step, timer.slice("retry ".length));
  }
}

function retryFired(step: Step, callId: string): void {
  const task = waitingTask(step, callId);
  if (!task) return;
  const { order, retries, failure } = task;
  const { callId: first, retryOf, repeats = first, shortened } = order;
  step.setAgent(order.agentId, { task: undefined });
  if (startCall(step, order.agentId, order.purpose, { retryOf, retries: retries + 1, repeats, shortened })) {
    step.announce({ type: "retry-started", agentId: order.agentId, phase: order.purpose.phase });
    return;
  }
  step.degrade("budget");
  if (failure) giveUp(step, order, failure);
}

/** Time for drafting and voting is up: the answers and ballots that are in decide. */
function reserveFired(step: Step): void {
  if (step.state.phase === "drafting") {
    dropOutstanding(step, "deadline");
    step.degrade("deadline");
    const [first, second] = eligible(step.state.candidates);
    if (first === undefined) {
      finishFailed(step, { ...failureOfAll(step.state), code: "timeout" });
      return;
    }
    step.announce({ type: "limit-reached", limit: "deadline", consequence: "no vote is held" });
    if (second === undefined) decideSingle(step, first);
    else decideByVotes(step, []);
  } else if (step.state.phase === "voting") {
    step.degrade("deadline");
    step.announce({ type: "limit-reached", limit: "deadline", consequence: "the ballots in hand decide" });
    decideNow(step);
  }
}

/**
 * The run's time is up. A half-delivered answer is a failure; one that no client has seen is replaced by the best
 * draft.
 */
function deadlineFired(step: Step): void {
  const { setup, phase, contentStarted: started } = step.state;
  const { deadlineMs } = setup.settings;
  step.set({ nowMs: Math.max(step.state.nowMs, deadlineMs) });
  const halfDelivered = setup.delivery === "live" && started;
  if (!isSolo(setup) && !halfDelivered && phase !== "new") {
    if (phase === "presenting") presentVerbatim(step);
    else reserveFired(step);
    return;
  }
  finishFailed(step, { code: "timeout", message: `No complete answer within ${deadlineMs / 1000} s.` });
}
