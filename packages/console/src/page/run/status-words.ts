import { count } from "../figures/count.ts";
import { listOf } from "../figures/list-of.ts";
import { decisionWords } from "./decision-words.ts";
import { failureWords } from "./failure-words.ts";
import { lastRound, type RunState } from "./run-state.ts";
import { isOut } from "./seat.ts";
import { leaders } from "./votes.ts";

/** What is going on, in a sentence or two: what a newcomer has to know. */
export function statusWords(state: RunState): string {
  switch (state.stage) {
    case "waiting":
      return "Waiting for the first agent.";
    case "drafting":
      return draftingWords(state);
    case "voting":
      return votingWords(state);
    case "answering":
      return answeringWords(state);
    case "over":
      return overWords(state);
  }
}

function draftingWords({ seats, agreement }: RunState): string {
  if (agreement !== undefined) return `${listOf(agreement.agentIds)} gave the same answer, so no vote is needed.`;
  if (seats.length === 1) return `${seats[0]?.id} is writing the answer.`;
  const held = seats.filter(({ doing }) => doing.kind === "held");
  const drafting = seats.filter((seat) => !isOut(seat) && seat.doing.kind !== "held");
  const done = drafting.filter(({ candidates }) => candidates.length > 0).length;
  const waits = held.length === 0 ? "" : ` ${listOf(held.map(({ id }) => id))} will be asked only if needed.`;
  const each = `Each agent answers by itself: ${done} of ${count(drafting.length, "draft")} finished.`;
  return each + waits;
}

function votingWords(state: RunState): string {
  const round = lastRound(state);
  if (round === undefined) return "The vote begins.";
  const { names, votes } = leaders(round);
  const again = round.round > 1 ? `Round ${round.round}: ` : "";
  const handedIn = `${again}${round.ballots.length} of ${round.voters.length} have voted`;
  if (votes === 0) return `${handedIn}. Voters see the answers without names.`;
  if (names.length > 1) return `${handedIn}; ${listOf(names)} are level with ${votes} each.`;
  return `${handedIn}; ${names[0]} leads with ${votes}.`;
}

function answeringWords(state: RunState): string {
  const { decision, answer, seats } = state;
  const presenter = seats.find(({ doing }) => doing.kind === "presenting");
  const why = decisionWords(state) ?? "";
  if (decision?.finalAnswer === "synthesize" || presenter !== undefined) {
    const drafts = decision?.candidates === 1 ? "the only draft" : "all drafts";
    return `${why} ${presenter?.id ?? answer.author ?? "The winner"} writes the final answer from ${drafts}.`.trim();
  }
  return `${why} That answer goes out.`.trim();
}

function overWords(state: RunState): string {
  const { result } = state;
  if (result === undefined) return "The run is over.";
  if (result.status === "failed") return `No answer: ${failureWords(result.failure)}`;
  if (result.status === "cancelled") return "Stopped before there was an answer.";
  return decisionWords(state) ?? "Answered.";
}
