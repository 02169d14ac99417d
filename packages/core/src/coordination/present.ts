import { askAgain, markCall, startCall } from "./calls.ts";
import { orderFor } from "./ballot-order.ts";
import { type Candidate, eligible, isDeliverable, keepsFormat } from "./candidate.ts";
import type { Decision } from "./decision.ts";
import type { CallOrder, CallPurpose } from "./effect.ts";
import type { AnswerReply } from "./event.ts";
import { finishAnswered, finishFailed, finishVerbatim } from "./finish.ts";
import { labelAt, relabel } from "./labels.ts";
import { formatProblem } from "./failure.ts";
import type { Failure } from "./receipt.ts";
import { failureIn } from "./unusable-answer.ts";
import { type State, type Step, latestStartMs } from "./state.ts";

/** Delivers the decision: the winning text as it is, or a final answer by the first presenter that succeeds. */
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
    candidates: eligible(step.state.candidates).length,
    finalAnswer,
  });
  if (finalAnswer === "select") {
    finishVerbatim(step, winner);
    return;
  }
  if (decision.presenters[0] !== winner.agentId) step.degrade("presenter-fallback");
  startPresentation(step, decision.presenters);
}

/**
 * The presenter has finished. An empty or filtered reply is a failure unless part of it was already delivered. One that
 * breaks the client's format is repaired once; after that the winning text is delivered, which keeps the format if any
 * answer does.
 */
export function presentationFinished(step: Step, order: CallOrder, reply: AnswerReply): void {
  const { setup, contentStarted } = step.state;
  const delivered = setup.delivery === "live" && contentStarted;
  const failure = failureIn(reply, delivered);
  if (failure) {
    markCall(step, order, failure.code);
    // Other presenters would see the same marks, so the winning text is the better answer.
    if (reply.repeatsMarks && !delivered) abandonPresentation(step, order, failure, []);
    else presentationFailed(step, order, failure);
    return;
  }
  const { text, toolCalls, finishReason, violation } = reply;
  const cut = finishReason === "length";
  if (violation !== undefined && (!cut || winnerKeepsFormat(step))) {
    if (!cut && repairPresentation(step, order, violation, text)) return;
    const broken = { code: "invalid-response", message: formatProblem(violation) } as const;
    markCall(step, order, broken.code);
    abandonPresentation(step, order, broken, []);
    return;
  }
  finishAnswered(step, { text, toolCalls, finishReason, presenter: order.agentId }, setup.delivery === "whole");
}

/**
 * A presentation failed. The next author tries, and in the end the winning text is delivered, unless the client already
 * has half an answer.
 */
export function presentationFailed(step: Step, order: CallOrder, failure: Failure): void {
  const { decision, contentStarted, setup } = step.state;
  if (!decision) return;
  if (setup.delivery === "live" && contentStarted) {
    step.setAgent(order.agentId, { status: "failed", failure: { ...failure, phase: "presentation" } });
    finishFailed(step, { ...failure, message: `The final answer broke off. ${order.agentId}: ${failure.message}` });
    return;
  }
  const rest = decision.presenters.slice(decision.presenters.indexOf(order.agentId) + 1);
  abandonPresentation(step, order, failure, rest);
}

/** Gives up a presentation that no client has seen: the next presenter tries, or the winning text is delivered. */
function abandonPresentation(step: Step, order: CallOrder, failure: Failure, rest: readonly string[]): void {
  step.setAgent(order.agentId, { status: "failed", failure: { ...failure, phase: "presentation" } });
  step.set({ contentStarted: false });
  step.degrade("agent-failed");
  step.degrade("presenter-fallback");
  step.announce({ type: "presentation-failed", agentId: order.agentId, failure, ...(rest[0] && { next: rest[0] }) });
  startPresentation(step, rest);
}

/** Time for presenting is up. */
export function presentVerbatim(step: Step): void {
  const { decision } = step.state;
  if (!decision) return;
  step.degrade("deadline");
  step.degrade("presenter-fallback");
  step.announce({ type: "limit-reached", limit: "deadline", consequence: withoutPresentation(decision.winner) });
  finishVerbatim(step, decision.winner);
}

function startPresentation(step: Step, presenters: readonly string[]): void {
  const { decision } = step.state;
  if (!decision) return;
  const [presenter] = presenters;
  if (presenter === undefined) {
    finishVerbatim(step, decision.winner);
    return;
  }
  const lastMs = latestStartMs(step.state.setup, "presentation");
  if (step.state.nowMs >= lastMs) {
    presentVerbatim(step);
    return;
  }
  if (!startCall(step, presenter, purposeFor(step.state, decision, presenter))) {
    step.degrade("budget");
    step.announce({ type: "limit-reached", limit: "budget", consequence: withoutPresentation(decision.winner) });
    finishVerbatim(step, decision.winner);
    return;
  }
  const candidates = eligible(step.state.candidates).length;
  step.announce({ type: "presentation-started", agentId: presenter, candidates });
  step.effects.push({ type: "start-timer", timer: "presenter", atMs: lastMs });
}

/** What happens when no final answer is written. */
export function withoutPresentation(winner: Candidate): string {
  return isDeliverable(winner) ? "the winning answer goes out as it is" : "there is no answer in the requested format";
}

function winnerKeepsFormat(step: Step): boolean {
  const { decision } = step.state;
  return decision !== undefined && keepsFormat(decision.winner);
}

/**
 * Asks the presenter to repair its answer to the client's format. Returns whether time, budget and tries allowed it.
 */
function repairPresentation(step: Step, order: CallOrder, violation: string, answer: string): boolean {
  const lastMs = latestStartMs(step.state.setup, "presentation");
  if (step.state.nowMs >= lastMs || !askAgain(step, order, formatProblem(violation), answer)) return false;
  step.set({ contentStarted: false });
  step.effects.push({ type: "start-timer", timer: "presenter", atMs: lastMs });
  return true;
}

function purposeFor(state: State, decision: Decision, presenter: string): CallPurpose {
  const place = state.setup.members.findIndex((member) => member.id === presenter);
  const candidates = orderFor(presenter, place, eligible(state.candidates), state.setup.drawSeed, "presentation");
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
