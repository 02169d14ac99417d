import { startCall } from "./calls.ts";
import { orderFor } from "./ballot-order.ts";
import type { CallOrder, CallPurpose } from "./effect.ts";
import type { AnswerReply } from "./event.ts";
import { finishAnswered, finishFailed, finishVerbatim } from "./finish.ts";
import { labelAt, relabel } from "./labels.ts";
import type { Failure } from "./receipt.ts";
import { failureIn } from "./unusable-answer.ts";
import { type Decision, type State, type Step, reserveMs } from "./state.ts";

/** Delivers what was decided: the winning text as it is, or a final answer by the first presenter that manages. */
export function present(step: Step, decision: Decision): void {
  step.set({ phase: "presenting", decision, round: undefined });
  const { winner, outcome, tally, finalAnswer } = decision;
  step.announce({
    type: "winner-selected",
    agentId: winner.agentId,
    candidate: winner.id,
    outcome,
    votes: tally.ranking.find((entry) => entry.candidate === winner.id)?.votes ?? 0,
    cast: tally.cast,
    finalAnswer,
  });
  if (finalAnswer === "select") {
    finishVerbatim(step, winner);
    return;
  }
  if (decision.presenters[0] !== winner.agentId) step.degrade("presenter-fallback");
  startPresentation(step, decision.presenters);
}

/** The presenter is done. An empty or filtered reply counts as a failure as long as nothing of it went out. */
export function presentationFinished(step: Step, order: CallOrder, reply: AnswerReply): void {
  const { setup, contentStarted } = step.state;
  const delivered = setup.delivery === "live" && contentStarted;
  const failure = failureIn(reply, delivered);
  if (failure) {
    presentationFailed(step, order, failure);
    return;
  }
  const { text, toolCalls, finishReason } = reply;
  finishAnswered(step, { text, toolCalls, finishReason, presenter: order.agentId }, setup.delivery === "whole");
}

/** A presentation broke: the next author tries, at last the winning text goes out; unless the client has half an answer already. */
export function presentationFailed(step: Step, order: CallOrder, failure: Failure): void {
  const { decision, contentStarted, setup } = step.state;
  if (!decision) return;
  step.setAgent(order.agentId, { status: "failed", failure: { ...failure, phase: "presentation" } });
  if (setup.delivery === "live" && contentStarted) {
    finishFailed(step, { ...failure, message: `The final answer broke off. ${order.agentId}: ${failure.message}` });
    return;
  }
  step.set({ contentStarted: false });
  step.degrade("agent-failed");
  step.degrade("presenter-fallback");
  const rest = decision.presenters.slice(decision.presenters.indexOf(order.agentId) + 1);
  step.announce({ type: "presentation-failed", agentId: order.agentId, failure, ...(rest[0] && { next: rest[0] }) });
  startPresentation(step, rest);
}

/** Time for presenting is up. */
export function presentVerbatim(step: Step): void {
  const { decision } = step.state;
  if (!decision) return;
  step.degrade("deadline");
  step.degrade("presenter-fallback");
  step.announce({ type: "limit-reached", limit: "deadline", consequence: "the winning answer goes out as it is" });
  finishVerbatim(step, decision.winner);
}

function startPresentation(step: Step, presenters: readonly string[]): void {
  const { decision, setup, nowMs } = step.state;
  if (!decision) return;
  const [presenter] = presenters;
  if (presenter === undefined) {
    finishVerbatim(step, decision.winner);
    return;
  }
  const lastMs = setup.settings.deadlineMs - reserveMs(setup.settings) / 2;
  if (nowMs >= lastMs) {
    presentVerbatim(step);
    return;
  }
  if (!startCall(step, presenter, purposeFor(step.state, decision, presenter))) {
    step.degrade("budget");
    step.announce({ type: "limit-reached", limit: "budget", consequence: "the winning answer goes out as it is" });
    finishVerbatim(step, decision.winner);
    return;
  }
  step.announce({ type: "presentation-started", agentId: presenter });
  step.effects.push({ type: "start-timer", timer: "presenter", atMs: lastMs });
}

function purposeFor(state: State, decision: Decision, presenter: string): CallPurpose {
  const place = state.setup.members.findIndex((member) => member.id === presenter);
  const candidates = orderFor(presenter, place, state.candidates, state.setup.seed, "presentation");
  const labelOf = (id: string): string => labelAt(candidates.findIndex((candidate) => candidate.id === id));
  return {
    phase: "presentation",
    candidates,
    winner: decision.winner.id,
    outcome: decision.outcome,
    tied: decision.tied,
    votes: decision.ballots.map((ballot) => ({
      candidate: ballot.candidate,
      reason: relabel(ballot.reason, (state.ballotOrders.get(ballot.voter) ?? []).map(labelOf)),
    })),
  };
}
