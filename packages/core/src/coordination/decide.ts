import { agree, largestAgreement, representatives } from "./agreement.ts";
import type { Need } from "./announcement.ts";
import { affordsCall } from "./call-estimate.ts";
import { abortTask } from "./calls.ts";
import { type Candidate, eligible, keepsFormat } from "./candidate.ts";
import { fitted } from "./context-window.ts";
import type { Decision } from "./decision.ts";
import type { CallPurpose } from "./effect.ts";
import { moreThanHalf, release } from "./held.ts";
import { present, withoutPresentation } from "./present.ts";
import type { Outcome } from "./receipt.ts";
import { pick, shuffle } from "./seeded.ts";
import { type State, type Step, busyAgents, stillOut } from "./state.ts";
import { type CountedBallot, tally } from "./tally.ts";

/**
 * Why those that a lazy run called at first cannot decide by agreement any more; undefined while they can. A reply that
 * is awaited may agree.
 */
export function whyNoAgreement(state: State): Need | undefined {
  const { setup, candidates } = state;
  const how = { loose: setup.looseAgreement === true };
  const group = largestAgreement(candidates.filter(keepsFormat), how);
  // An answer that can be read in two ways agrees with nobody, itself included.
  const agreeing = group.filter((member) => agree(member, member, how));
  if (agreeing.length + busyAgents(state).length >= moreThanHalf(setup.members.length)) return undefined;
  return agreeing.length < candidates.length ? "difference" : "failure";
}

/**
 * Decides without a vote when more than half of all agents (failed ones included) drafted the same, or when drafting is
 * over and all drafts are the same. A draft that breaks the client's format never agrees. Returns whether the run goes
 * on to its answer: an exhaustive one only takes note of the decision.
 */
export function decideByAgreement(step: Step): boolean {
  const { setup, verdict } = step.state;
  if (verdict) return false;
  const { exhaustive } = setup.settings;
  const candidates = step.state.candidates.filter(keepsFormat);
  const group = largestAgreement(candidates, { loose: setup.looseAgreement === true });
  const out = stillOut(step.state);
  const nothingToChoose = out.length === 0 && candidates.length > 1 && group.length === candidates.length;
  if (group.length * 2 <= setup.members.length && !nothingToChoose) return false;
  const held = release(step);
  if (!exhaustive) spareDrafts(step, out, held, group.length);
  const agreed = group.map((member) => member.agentId);
  step.announce({
    type: "agreement-reached",
    agentIds: agreed,
    of: setup.members.length,
    ...(exhaustive && { exhaustive }),
  });
  // A draft that breaks the format still counts as a different draft.
  const everyDraft = out.length === 0 && group.length === step.state.candidates.length;
  const outcome = everyDraft ? "unanimous" : "majority";
  const winner = forAll(pick(representatives(group), setup.drawSeed, "agreement"), group);
  const decision = {
    ...decisionFor(step, winner, outcome, [], [], setup.settings.finalAnswer === "synthesize"),
    agreed,
  };
  const { saved } = step.state;
  const presentation = setup.settings.finalAnswer === "auto" ? 1 : 0;
  if (exhaustive) {
    step.set({ verdict: decision, saved: { ...saved, agreement: presentation } });
    return false;
  }
  // Without agreement the run would have finished these drafts, held one ballot per agent, and presented.
  const drafters = step.state.candidates.length + out.length;
  const agreement = out.length - held.length + drafters + presentation;
  step.set({ saved: { ...saved, agreement, lazy: saved.lazy + held.length } });
  present(step, decision);
  return true;
}

function spareDrafts(step: Step, out: readonly string[], held: readonly string[], agreeing: number): void {
  const of = step.state.setup.members.length;
  for (const id of out) {
    abortTask(step, id);
    step.setAgent(id, { status: "not-needed" });
    const called = !held.includes(id);
    step.announce({ type: "agent-spared", agentId: id, phase: "draft", why: "agreement", called, agreeing, of });
  }
}

/** Presents what an exhaustive run had decided before all its ballots were in. */
function presentVerdict(step: Step, verdict: Decision, measured: readonly CountedBallot[]): void {
  const presenters = verdict.presenters.filter((id) => step.agent(id).status === "active");
  const deserted = verdict.finalAnswer === "synthesize" && presenters.length === 0;
  if (deserted) step.degrade("presenter-fallback");
  const finalAnswer = deserted ? "select" : verdict.finalAnswer;
  present(step, { ...verdict, presenters, finalAnswer, measured });
}

/** The winner as the whole group can stand for it: text beside tool calls is dropped where it differs. */
function forAll(winner: Candidate, group: readonly Candidate[]): Candidate {
  const shared = winner.toolCalls.length === 0 || group.every(({ text }) => text.trim() === winner.text.trim());
  return shared ? winner : { ...winner, text: "" };
}

/** Selects the only candidate. */
export function decideSingle(step: Step, winner: Candidate): void {
  present(step, decisionFor(step, winner, "single", [], [], step.state.setup.settings.finalAnswer === "synthesize"));
}

/**
 * Most votes win; a tie is broken by a draw. Without ballots the draw is among all candidates, and a single candidate
 * wins.
 */
export function decideByVotes(step: Step, ballots: readonly CountedBallot[]): void {
  const { setup, verdict } = step.state;
  if (verdict) {
    presentVerdict(step, verdict, ballots);
    return;
  }
  const candidates = eligible(step.state.candidates);
  const [only, another] = candidates;
  if (only !== undefined && another === undefined && ballots.length === 0) {
    decideSingle(step, only);
    return;
  }
  const order = shuffle(
    candidates.map((candidate) => candidate.id),
    setup.drawSeed,
    "ranking",
  );
  const result = tally(order, ballots);
  const tied = result.leaders.length > 1 ? result.leaders : [];
  const winnerId = pick(result.leaders, setup.drawSeed, "tie");
  const isWinner = ({ id }: Candidate): boolean => id === winnerId;
  // In an exhaustive run whose result was certain, a late answer may be the first that keeps the format.
  const winner = (candidates.find(isWinner) ?? step.state.candidates.find(isWinner)) as Candidate;
  const votes = result.ranking[0]?.votes ?? 0;
  const outcome = outcomeOf(votes, result.cast, tied.length > 0);
  present(
    step,
    decisionFor(step, winner, outcome, tied, ballots, synthesizesAfterVote(step, candidates, tied, ballots)),
  );
}

/**
 * Whether the winner writes a new final answer after a vote. By default it does not if no ballot counted. Nor does it
 * in a team of local models after a tie among all candidates, since such models more often make the answer worse.
 */
function synthesizesAfterVote(
  step: Step,
  candidates: readonly Candidate[],
  tied: readonly string[],
  ballots: readonly CountedBallot[],
): boolean {
  const { setup } = step.state;
  const { finalAnswer } = setup.settings;
  if (finalAnswer !== "auto") return finalAnswer === "synthesize";
  return ballots.length > 0 && !(setup.allLocal === true && tied.length === candidates.length);
}

function outcomeOf(votes: number, cast: number, tied: boolean): Outcome {
  if (tied) return "tied";
  if (votes === cast) return "unanimous";
  return votes * 2 > cast ? "majority" : "plurality";
}

function decisionFor(
  step: Step,
  winner: Candidate,
  outcome: Outcome,
  tied: readonly string[],
  ballots: readonly CountedBallot[],
  synthesize: boolean,
): Decision {
  const { state } = step;
  const candidates = eligible(state.candidates);
  const order = [
    winner.id,
    ...shuffle(
      candidates.map((candidate) => candidate.id),
      state.setup.drawSeed,
      "ranking",
    ),
  ];
  const ranked = tally([...new Set(order)], ballots);
  const authors = [winner.id, ...ranked.ranking.map((entry) => entry.candidate)].flatMap(
    (id) => candidates.find((candidate) => candidate.id === id)?.agentId ?? [],
  );
  const presenters = [...new Set(authors)].filter(
    (id) => step.agent(id).status === "active" && fitted(state, id, presentationOf(candidates)) !== undefined,
  );
  let finalAnswer: Decision["finalAnswer"] = synthesize && winner.toolCalls.length === 0 ? "synthesize" : "select";
  if (finalAnswer === "synthesize" && presenters.length === 0) {
    step.degrade("presenter-fallback");
    finalAnswer = "select";
  }
  if (finalAnswer === "synthesize" && !affordsPresentation(step, presenters[0] as string)) {
    step.degrade("budget");
    step.announce({ type: "limit-reached", limit: "budget", consequence: withoutPresentation(winner) });
    finalAnswer = "select";
  }
  return { winner, outcome, tally: ranked, ballots, tied, finalAnswer, presenters };
}

function affordsPresentation({ state }: Step, presenter: string): boolean {
  const purpose = presentationOf(eligible(state.candidates));
  return affordsCall(state, presenter, fitted(state, presenter, purpose) ?? purpose);
}

/** A presentation call for estimating its size, without the voters' reasons. */
function presentationOf(candidates: readonly Candidate[]): CallPurpose {
  return { phase: "presentation", candidates, winner: "", outcome: "tied", tied: [], votes: [] };
}
