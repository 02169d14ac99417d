import type { Need } from "./announcement.ts";
import { voteReceipt } from "./receipt-of.ts";
import { excludesOwn, orderFor } from "./ballot-order.ts";
import { affords } from "./budget.ts";
import { estimateCall } from "./call-estimate.ts";
import { abortTask, askAgain, markCall, startCall } from "./calls.ts";
import { type Candidate, eligible } from "./candidate.ts";
import { fitted, tooLong } from "./context-window.ts";
import { decideByVotes, decideSingle } from "./decide.ts";
import { failAgent } from "./failure.ts";
import { divide, hasFinished, hold, moreThanHalf, release } from "./held.ts";
import { thinkingTokensOf } from "./ballot-tokens.ts";
import type { CallOrder, CallPurpose } from "./effect.ts";
import type { BallotReply } from "./event.ts";
import { reasonLine } from "./labels.ts";
import { type Round, type State, type Step, activeAgents, busyAgents, stillOut } from "./state.ts";
import { isSettled, maySettle, tally } from "./tally.ts";

/**
 * Asks every active agent to vote on all candidates, as far as the budget allows. A lazy run asks as many as can decide
 * first, if nobody may answer anew and the vote ends as soon as it is decided.
 */
export function startRound(step: Step, number: number): void {
  excludeWithoutRoom(step, number);
  const { state } = step;
  const voters = votersOf(state, number);
  const revisable = number < state.setup.settings.maxNewAnswersPerAgent && affordsRevision(step, voters, number);
  const round: Round = { number, revisable, ballots: [], revised: false };
  step.set({ phase: "voting", round, rounds: number, ballotOrders: new Map() });

  const partial = state.setup.settings.earlyStop && !revisable;
  const { first, rest } = divide(state, voters, partial ? moreThanHalf(voters.length) : voters.length);
  const called = callVoters(step, round, first);
  if (called.length < first.length) limitVote(step, called.length, voters.length);
  if (called.length > 0) {
    const candidates = eligible(state.candidates).map((candidate) => candidate.id);
    step.announce({ type: "round-started", round: number, voters: called, candidates, revisable });
  }
  if (called.length === first.length) hold(step, "ballot", rest);
  closeRoundIfDone(step);
}

/** Asks voters until the budget is used up. Returns who was asked. */
function callVoters(step: Step, { number, revisable }: Round, voters: readonly string[]): readonly string[] {
  const { state } = step;
  const called: string[] = [];
  for (const voter of voters) {
    const candidates = ballotFor(state, voter, number);
    const purpose = { phase: "ballot", round: number, candidates, revisable } as const;
    if (!startCall(step, voter, thinking(state, { agentId: voter, purpose }))) break;
    called.push(voter);
    const ids = candidates.map((candidate) => candidate.id);
    step.set({ ballotOrders: new Map(step.state.ballotOrders).set(voter, ids) });
  }
  return called;
}

function limitVote(step: Step, voting: number, of: number): void {
  step.degrade("budget");
  step.announce({ type: "limit-reached", limit: "budget", consequence: `${voting} of ${of} agents vote` });
}

/** Asks those to vote that were held back. */
export function callOtherVoters(step: Step, why: Need): void {
  const others = release(step);
  const { round } = step.state;
  if (!round || others.length === 0) return;
  const called = callVoters(step, round, others);
  if (called.length > 0) step.announce({ type: "others-called", phase: "ballot", agentIds: called, why });
  const voting = step.state.ballotOrders.size;
  if (called.length < others.length) limitVote(step, voting, voting + others.length - called.length);
  closeRoundIfDone(step);
}

function votersOf(state: State, round: number): readonly string[] {
  return activeAgents(state).filter((voter) => ballotFor(state, voter, round).length > 0);
}

/** Removes agents whose context window cannot hold the candidates beside the conversation. Their own answers stay. */
function excludeWithoutRoom(step: Step, round: number): void {
  for (const voter of votersOf(step.state, round)) {
    const candidates = ballotFor(step.state, voter, round);
    const purpose = { phase: "ballot", round, candidates, revisable: false } as const;
    const asked = thinking(step.state, { agentId: voter, purpose });
    if (fitted(step.state, voter, asked) === undefined) failAgent(step, voter, "ballot", tooLong(step.state, voter));
  }
}

/** A ballot call came back. */
export function ballotFinished(step: Step, order: CallOrder, reply: BallotReply): void {
  const { round } = step.state;
  if (!round || order.purpose.phase !== "ballot") return;
  switch (reply.kind) {
    case "vote":
      hasFinished(step);
      recordVote(step, round, order.agentId, reply.candidate, reasonLine(reply.reason));
      break;
    case "new-answer":
      recordRevision(step, round, order.agentId, reply.content);
      break;
    case "unusable":
      rejectBallot(step, round, order, reply);
      break;
  }
  closeRoundIfDone(step);
}

/**
 * Ends the round when every ballot is in, or when the missing ones cannot change the result. Asks those held back as
 * soon as the others cannot decide without them.
 */
export function closeRoundIfDone(step: Step): void {
  const { round, setup } = step.state;
  if (!round) return;
  const out = stillOut(step.state);
  if (out.length === 0) {
    if (round.revised) nextRound(step, round);
    else decideByVotes(step, round.ballots);
    return;
  }
  const { earlyStop, exhaustive } = setup.settings;
  const order = eligible(step.state.candidates).map((candidate) => candidate.id);
  const result = tally(order, round.ballots);
  const mayStop = earlyStop && !round.revised;
  const held = step.state.held?.agents.length ?? 0;
  if (mayStop && isSettled(result, out.length)) {
    if (exhaustive) step.set({ round: { ...round, settled: true } });
    else stopEarly(step, round, out);
  } else if (held > 0 && !(mayStop && maySettle(result, out.length - held, held))) {
    callOtherVoters(step, "undecided");
  }
}

/** The result is certain: nobody else need vote. */
function stopEarly(step: Step, round: Round, out: readonly string[]): void {
  const held = release(step);
  for (const id of out) {
    abortTask(step, id);
    const of = step.state.setup.members.length;
    const called = !held.includes(id);
    step.announce({ type: "agent-spared", agentId: id, phase: "ballot", why: "early-stop", called, of });
  }
  const { saved } = step.state;
  const earlyStop = saved.earlyStop + out.length - held.length;
  step.set({ saved: { ...saved, earlyStop, lazy: saved.lazy + held.length } });
  decideByVotes(step, round.ballots);
}

/** Time for voting is up: the ballots that are in decide. A round with a revision does not count. */
export function decideNow(step: Step): void {
  const { round } = step.state;
  release(step);
  for (const id of busyAgents(step.state)) abortTask(step, id);
  decideByVotes(step, round && !round.revised ? round.ballots : []);
}

function nextRound(step: Step, round: Round): void {
  step.announce({ type: "round-voided", round: round.number });
  const [first, second] = eligible(step.state.candidates);
  if (first && !second) decideSingle(step, first);
  else startRound(step, round.number + 1);
}

function recordVote(step: Step, round: Round, voter: string, candidate: string, reason: string): void {
  const ballot = { voter, candidate, reason };
  step.set({ round: { ...round, ballots: [...round.ballots, ballot] } });
  const shown = voteReceipt(step.state, ballot);
  step.announce({
    type: "vote-cast",
    agentId: voter,
    round: round.number,
    choice: shown.choice,
    candidate,
    reason: shown.reason,
    position: shown.position,
    shown: shown.shown,
  });
}

function recordRevision(step: Step, round: Round, agentId: string, text: string): void {
  const version = 1 + step.state.candidates.filter((candidate) => candidate.agentId === agentId).length;
  const candidate: Candidate = { id: `${agentId}@${version}`, agentId, version, text, toolCalls: [], cut: false };
  step.addCandidate(candidate);
  // Where the result was certain before, the others' votes go on counting.
  step.set({ round: { ...round, revised: round.settled !== true } });
  step.announce({ type: "answer-revised", agentId, round: round.number, candidate });
}

function rejectBallot(
  step: Step,
  round: Round,
  order: CallOrder,
  { problem, wellFormed }: Extract<BallotReply, { kind: "unusable" }>,
): void {
  markCall(step, order, "rejected");
  // This round no longer counts: the voter is asked again in the next one.
  if (round.revised) return;
  if (askAgain(step, { ...order, purpose: thinking(step.state, order) }, problem, undefined, wellFormed)) return;
  step.degrade("abstention");
  step.announce({ type: "vote-abstained", agentId: order.agentId, round: round.number, problem });
}

/** The purpose of a ballot, with room for thinking if the voter is known to think. */
function thinking(state: State, { agentId, purpose }: Pick<CallOrder, "agentId" | "purpose">): CallPurpose {
  const thinkingTokens = thinkingTokensOf(state, agentId);
  return thinkingTokens === undefined || purpose.phase !== "ballot" ? purpose : { ...purpose, thinkingTokens };
}

/** The candidates on a voter's ballot, in the order it sees them. */
function ballotFor(state: State, voter: string, round: number): readonly Candidate[] {
  const { setup } = state;
  const candidates = eligible(state.candidates);
  const place = setup.members.findIndex((member) => member.id === voter);
  const ordered = orderFor(voter, place, candidates, setup.drawSeed, `round ${round}`);
  return excludesOwn(setup.settings.selfVotes, candidates)
    ? ordered.filter((candidate) => candidate.agentId !== voter)
    : ordered;
}

/** A revision costs another round, so it is offered only if the budget covers both. */
function affordsRevision(step: Step, voters: readonly string[], round: number): boolean {
  const estimates = voters.map((voter) => {
    const candidates = ballotFor(step.state, voter, round);
    const purpose = { phase: "ballot", round, candidates, revisable: true } as const;
    return estimateCall(step.state, voter, thinking(step.state, { agentId: voter, purpose }));
  });
  if (affords(step.state, [...estimates, ...estimates])) return true;
  if (affords(step.state, estimates)) step.degrade("budget");
  return false;
}
