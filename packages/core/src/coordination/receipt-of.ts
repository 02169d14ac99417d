import type { Usage } from "../model/model-event.ts";
import type { AgentReceipt, AgentStatus, Phase, Receipt, VoteReceipt } from "./receipt.ts";
import { callDetails } from "./call-details.ts";
import { relabel } from "./labels.ts";
import { madeCalls } from "./budget.ts";
import { costByPhase, costOf } from "./receipt-cost.ts";
import type { Setup, State } from "./state.ts";
import type { CountedBallot } from "./tally.ts";
import { sumOfUsage, unreportedUsage } from "./usage.ts";

/** The receipt of a run as it stands. */
export function receiptOf(state: State): Receipt {
  const { decision } = state;
  const calls = madeCalls(state);
  const usage = sumOfUsage(calls.map((call) => call.usage));
  const unreported = unreportedUsage(calls);
  const votes = (decision?.measured ?? decision?.ballots ?? []).map((ballot) => voteReceipt(state, ballot));
  return {
    outcome: decision?.outcome ?? "failed",
    degraded: state.degraded.size > 0,
    reasons: [...state.degraded],
    ...(decision && { winner: decision.winner.agentId, finalAnswer: decision.finalAnswer }),
    ...(state.presenter !== undefined && { presenter: state.presenter }),
    tally: votesPerAuthor(votes),
    votes,
    ...(decision?.agreed && { agreed: decision.agreed }),
    rounds: state.rounds,
    agents: state.setup.members.map((member) => agentReceipt(state, member)),
    calls: {
      made: calls.length,
      aborted: calls.filter((call) => call.status === "aborted").length,
      failed: calls.filter((call) => call.status === "failed").length,
      lost: calls.filter((call) => call.status === "lost").length,
      saved: state.saved,
    },
    callsDetail: callDetails(state),
    ...(usage && { usage }),
    usageComplete: unreported === undefined,
    ...(unreported && { unreported }),
    ...costOf(state.setup, calls),
    elapsedMs: state.nowMs,
  };
}

function votesPerAuthor(votes: readonly VoteReceipt[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { choice } of votes) counts.set(choice, (counts.get(choice) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** A ballot with ids in place of the voter's labels. */
export function voteReceipt(state: State, ballot: CountedBallot): VoteReceipt {
  const authorOf = (id: string): string => state.candidates.find((candidate) => candidate.id === id)?.agentId ?? id;
  const order = state.ballotOrders.get(ballot.voter) ?? [];
  return {
    voter: ballot.voter,
    choice: authorOf(ballot.candidate),
    candidate: ballot.candidate,
    reason: relabel(ballot.reason, order.map(authorOf)),
    position: order.indexOf(ballot.candidate) + 1,
    shown: order.length,
  };
}

/** What became of an agent, as far as the run has come. */
export function agentStatus(state: State, id: string): AgentStatus {
  const status = state.agents.get(id)?.status ?? "failed";
  return status === "active" ? "completed" : status;
}

function agentReceipt(state: State, { id, model, fallback }: Setup["members"][number]): AgentReceipt {
  const agent = state.agents.get(id);
  const failure = agent?.failure ?? (agent?.status === "too-slow" ? agent.lastFailure : undefined);
  const answer = state.candidates.findLast((candidate) => candidate.agentId === id);
  const usage: Partial<Record<Phase, Usage>> = {};
  for (const phase of ["draft", "ballot", "presentation"] as const) {
    const calls = state.calls.filter((call) => call.agentId === id && call.phase === phase);
    const sum = sumOfUsage(calls.map((call) => call.usage));
    if (sum) usage[phase] = sum;
  }
  const costUsd = costByPhase(state.calls.filter((call) => call.agentId === id));
  return {
    id,
    model,
    status: agentStatus(state, id),
    ...(failure && { failure }),
    ...(fallback && agent?.primaryFailure && { fallback: { model: fallback.model, failure: agent.primaryFailure } }),
    ...(answer && { answerChars: answer.text.length }),
    ...(agent?.draftMs !== undefined && { draftMs: agent.draftMs }),
    usage,
    ...(costUsd && { costUsd }),
  };
}
