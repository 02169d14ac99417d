import type { FinishReason } from "../model/model-event.ts";
import { abortTask, askAgain, markCall, startCall } from "./calls.ts";
import { startRound } from "./ballots.ts";
import { fitted, tooLong } from "./context-window.ts";
import { type Candidate, eligible, isDeliverable, keepsFormat } from "./candidate.ts";
import { decideByAgreement, decideByVotes, decideSingle, whyNoAgreement } from "./decide.ts";
import { divide, hasFinished, hold, moreThanHalf, release } from "./held.ts";
import type { Haste, Need } from "./announcement.ts";
import type { CallOrder } from "./effect.ts";
import type { Fact } from "./event.ts";
import { finishAnswered, finishFailed } from "./finish.ts";
import type { Failure } from "./receipt.ts";
import { failAgent, failureOfAll, failureOfFormat, formatProblem } from "./failure.ts";
import { failureIn } from "./unusable-answer.ts";
import { type Step, busyAgents, isSolo, reserveMs, stillOut } from "./state.ts";

type DraftFinished = Extract<Fact, { type: "draft-finished" }>;

/** Sets the run's timers and asks every able agent for a draft, as far as the budget allows. */
export function startDrafts(step: Step): void {
  const { setup } = step.state;
  const { settings, members } = setup;
  step.set({ phase: "drafting" });
  step.effects.push({ type: "start-timer", timer: "deadline", atMs: settings.deadlineMs });
  const solo = isSolo(setup);
  const draft = { phase: "draft", solo } as const;
  if (!solo) {
    step.effects.push({ type: "start-timer", timer: "reserve", atMs: settings.deadlineMs - reserveMs(settings) });
  }
  const fit = members.filter(({ id, able }) => able && fitted(step.state, id, draft) !== undefined).map(({ id }) => id);
  const { first, rest } = divide(step.state, fit, moreThanHalf(members.length));
  for (const { id, able } of members) {
    if (!able) step.announce({ type: "agent-excluded", agentId: id, why: "images" });
    else if (!fit.includes(id)) failAgent(step, id, "draft", tooLong(step.state, id));
    else if (first.includes(id)) callForDraft(step, id);
  }
  hold(step, "draft", rest);
  afterDrafting(step);
}

function callForDraft(step: Step, id: string): void {
  if (startCall(step, id, { phase: "draft", solo: isSolo(step.state.setup) })) {
    step.announce({ type: "draft-started", agentId: id });
    return;
  }
  step.degrade("budget");
  step.setAgent(id, { status: "over-budget" });
  step.announce({ type: "agent-excluded", agentId: id, why: "budget" });
}

/** Asks those for a draft that were held back. */
export function callOtherDrafters(step: Step, why: Need): void {
  const others = release(step);
  if (others.length === 0) return;
  step.announce({ type: "others-called", phase: "draft", agentIds: others, why });
  for (const id of others) callForDraft(step, id);
}

export function draftFinished(step: Step, order: CallOrder, fact: DraftFinished): void {
  const { agentId } = order;
  const { text, toolCalls, finishReason, violation } = fact.reply;
  const solo = order.purpose.phase === "draft" && order.purpose.solo;
  const delivered = solo && step.state.setup.delivery === "live" && step.state.contentStarted;
  const failure = failureIn(fact.reply, delivered);
  if (failure) {
    rejectDraft(step, order, failure, delivered);
    return;
  }
  const cut = finishReason === "length";
  // Another try with the same limit would be cut off as well.
  if (violation !== undefined && !cut && askAgain(step, order, formatProblem(violation), text)) {
    callOtherDrafters(step, "repair");
    return;
  }
  const call = step.state.calls.find((record) => record.callId === order.callId);
  const tookMs = step.state.nowMs - (call?.startedAtMs ?? 0);
  const broken = violation !== undefined && { violation };
  const candidate: Candidate = { id: agentId, agentId, version: 1, text, toolCalls, cut, ...broken };
  step.setAgent(agentId, { draftMs: tookMs });
  step.addCandidate(candidate);
  hasFinished(step);
  const { reasoning } = fact;
  step.announce({ type: "draft-finished", agentId, candidate, tookMs, final: solo, ...(reasoning && { reasoning }) });
  if (solo) finishSolo(step, candidate, finishReason);
  else if (step.state.answerNow && isDeliverable(candidate)) answerFromDrafts(step);
  else if (!decideByAgreement(step)) afterDrafting(step);
}

/** A lone agent's draft is the answer. */
function finishSolo(step: Step, winner: Candidate, finishReason: FinishReason): void {
  const { agentId, text, toolCalls } = winner;
  const decision = {
    winner,
    outcome: "single",
    tally: { ranking: [], leaders: [agentId], cast: 0 },
    ballots: [],
    tied: [],
    finalAnswer: "select",
    presenters: [agentId],
  } as const;
  step.set({ decision });
  const whole = step.state.setup.delivery === "whole";
  if (isDeliverable(winner)) finishAnswered(step, { text, toolCalls, finishReason, presenter: agentId }, whole);
  else finishFailed(step, failureOfFormat(step.state));
}

/**
 * Continues when every draft is in; starts the wait for stragglers when the quorum is reached. Calls those held back as
 * soon as the others cannot agree any more.
 */
export function afterDrafting(step: Step): void {
  const need = step.state.held && whyNoAgreement(step.state);
  if (need) callOtherDrafters(step, need);
  const { candidates, setup, nowMs, stragglerAtMs } = step.state;
  const { quorum, stragglerGraceMs } = setup.settings;
  if (busyAgents(step.state).length > 0) {
    if (quorum === undefined || stragglerGraceMs === undefined || stragglerAtMs !== undefined) return;
    if (candidates.filter(keepsFormat).length < quorum) return;
    const atMs = nowMs + stragglerGraceMs;
    step.set({ stragglerAtMs: atMs });
    step.effects.push({ type: "start-timer", timer: "straggler", atMs });
    return;
  }
  const [first, second] = eligible(candidates);
  if (first === undefined) finishFailed(step, failureOfAll(step.state));
  else if (second === undefined) decideSingle(step, first);
  else if (!decideByAgreement(step)) startRound(step, 1);
}

/** Somebody wants the answer now: a draft in hand is the answer, drawn if there are several. */
export function answerFromDrafts(step: Step): void {
  dropOutstanding(step, "answer-now");
  const { candidates } = step.state;
  const [first, second] = eligible(candidates.filter(isDeliverable));
  if (first === undefined) return;
  if (second === undefined || !keepsFormat(first)) decideSingle(step, first);
  else decideByVotes(step, []);
}

/** Drops every agent that is still drafting, or was not asked to yet. */
export function dropOutstanding(step: Step, why: Haste): void {
  const out = stillOut(step.state);
  const held = release(step);
  for (const id of out) {
    const called = !held.includes(id);
    abortTask(step, id);
    step.setAgent(id, { status: why === "answer-now" || !called ? "not-needed" : "too-slow" });
    step.degrade(why === "straggler" ? "straggler-dropped" : why);
    step.announce({ type: "agent-dropped", agentId: id, why, called });
  }
}

function rejectDraft(step: Step, order: CallOrder, failure: Failure, delivered: boolean): void {
  if (!delivered && askAgain(step, order, failure.message)) {
    callOtherDrafters(step, "repair");
    return;
  }
  markCall(step, order, failure.code);
  failAgent(step, order.agentId, "draft", failure);
  afterDrafting(step);
}
