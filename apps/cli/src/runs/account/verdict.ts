import type { Failure, Receipt } from "@massgen/core";
import { plainLine } from "../../terminal/plain-text.ts";
import { counted, shownDollars, shownDuration } from "../amounts.ts";
import { meaningOfFailure } from "./meanings.ts";
import { type EndedRun, eventsOf } from "./told-run.ts";

/** In a sentence or two: what became of a run. */
export function verdictOf(told: EndedRun): string {
  const { result } = told;
  const { receipt } = result;
  const { usage, calls, elapsedMs, costUsd, costComplete } = receipt;
  const tokens = (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
  const cost = costUsd === undefined ? "" : `, for ${shownDollars(costUsd)}${costComplete ? "" : " or more"}`;
  const took = `${shownDuration(elapsedMs)}, with ${counted(calls.made, "call")} and ${counted(tokens, "token")}${cost}`;
  switch (result.status) {
    case "cancelled":
      return `Cancelled after ${took}. Its client left, or somebody ended it.`;
    case "failed":
      return `Failed after ${took}. ${shownFailure(result.failure)}`;
    case "answered":
      return `Answered in ${took}. ${decisionOf(told)}`;
  }
}

/** Why this answer won. */
function decisionOf(told: EndedRun): string {
  const { receipt } = told.result;
  const { outcome, winner = "nobody" } = receipt;
  const agreed = eventsOf(told, "agreement-reached").length > 0;
  const cast = receipt.votes.length;
  const most = receipt.votes.filter(({ choice }) => choice === winner).length;
  switch (outcome) {
    case "unanimous":
      return agreed
        ? "All drafts said the same, so no vote was needed."
        : `${winner}'s answer won: ${cast === 1 ? "the only vote was" : `all ${counted(cast, "vote")} were`} for it.`;
    case "majority":
      return agreed
        ? "More than half of the agents drafted the same answer, so no vote was needed."
        : `${winner}'s answer won with ${most} of ${counted(cast, "vote")}.`;
    case "plurality":
      return `${winner}'s answer got the most votes, ${most} of ${cast}, which is not more than half.`;
    case "tied":
      return cast === 0
        ? `No vote counted, so a lot was drawn, and ${winner}'s answer won.`
        : `There was a tie (${shownTally(receipt)}), so a lot was drawn, and ${winner}'s answer won. Equal requests draw alike.`;
    case "single":
      return receipt.agents.length === 1
        ? `${winner} is the only agent, so its answer is the answer.`
        : `Only one answer was in hand, that of ${winner}, so there was nothing to vote on.`;
    case "failed":
      return "No answer.";
  }
}

/** Votes by author, the most first. */
function shownTally({ tally }: Pick<Receipt, "tally">): string {
  const sorted = Object.entries(tally).toSorted(([, a], [, b]) => b - a);
  return sorted.map(([author, votes]) => `${author} ${votes}`).join(", ");
}

/** A failure in the provider's words and ours. */
export function shownFailure({ code, message, status }: Failure): string {
  const http = status === undefined ? "" : `, HTTP ${status}`;
  return `${code}${http}: ${plainLine(message, 300)} (${meaningOfFailure(code)})`;
}
