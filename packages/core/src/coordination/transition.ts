import { answerNow } from "./answer-now.ts";
import { announceAnswer } from "./answer-start.ts";
import { ballotFinished } from "./ballots.ts";
import { endCall, liveOrder, queueCall, recordLate, sendCall } from "./calls.ts";
import { learnPrompt } from "./context-window.ts";
import { draftFinished, startDrafts } from "./drafts.ts";
import type { CallOrder, Effect } from "./effect.ts";
import type { Fact } from "./event.ts";
import { fallBack } from "./fall-back.ts";
import { finishCancelled, finishFailed } from "./finish.ts";
import { giveUp } from "./give-up.ts";
import { presentationFinished } from "./present.ts";
import { resume } from "./resume.ts";
import { planRetry, retryShorter } from "./retry.ts";
import { type State, Step } from "./state.ts";
import { timerFired } from "./timers.ts";

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
 * I10 a finished call is never made again; each crash makes at most the live calls again.
 */
export function transition(state: State, fact: Fact): readonly [State, readonly Effect[]] {
  if (state.phase === "ended" && fact.type !== "usage-reported") return [state, []];
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
    case "run-failed":
      finishFailed(step, fact.failure);
      return;
    case "call-aborted":
    case "usage-reported":
      if (!liveOrder(step, fact.callId)) recordLate(step, fact.callId, fact);
      return;
    case "answer-now":
      answerNow(step);
      return;
    case "resumed":
      resume(step, fact.cause);
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
    recordLate(step, fact.callId, fact);
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
    recordLate(step, fact.callId, fact);
    return;
  }
  const retries = step.agent(order.agentId).task?.retries ?? 0;
  endCall(step, order, "failed", { ...fact, code: fact.failure.code });
  if (retryShorter(step, order, retries, fact) || planRetry(step, order, retries, fact)) return;
  if (fallBack(step, order, fact)) return;
  giveUp(step, order, fact.failure);
}
