import type { RunEvent } from "@massgen/core";
import { counted } from "../runs/amounts.ts";

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { readonly type: T }>;

/** What an event makes certain for the whole team, in a sentence; undefined for one that changes nothing there. */
export function newsOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case "agreement-reached": {
      const { agentIds, of, exhaustive } = event;
      const who = agentIds.length === of ? `All ${of} agents` : `${agentIds.length} of ${of} agents`;
      return `${who} gave the same answer${exhaustive ? "." : ": no vote is needed."}`;
    }
    case "others-called":
      return `Asking ${event.agentIds.join(", ")} as well: ${needs.get(event.why) ?? "they are needed"}.`;
    case "round-started":
      return event.round === 1 ? "" : `Round ${event.round}: there is a new answer to vote on.`;
    case "round-voided":
      return "A new answer came in, so these votes do not count.";
    case "limit-reached":
      return `${event.limit === "deadline" ? "Out of time" : "The budget is used up"}: ${event.consequence}.`;
    case "answer-now":
      return `Answering now: ${event.consequence}.`;
    case "winner-selected":
      return decision(event);
    default:
      return undefined;
  }
}

const needs: ReadonlyMap<Of<"others-called">["why"], string> = new Map([
  ["difference", "the first answers differ"],
  ["failure", "one of the first gave no answer"],
  ["repair", "a reply had to be asked for again"],
  ["slow", "the others take long"],
  ["undecided", "the first votes do not decide"],
]);

function decision({ agentId, outcome, votes, cast, finalAnswer }: Of<"winner-selected">): string | undefined {
  // The agreement has been told.
  if (cast === 0 && (outcome === "unanimous" || outcome === "majority")) return undefined;
  const then = finalAnswer === "synthesize" ? " and writes the final answer" : "";
  switch (outcome) {
    case "single":
      return `There is one answer, that of ${agentId}.`;
    case "tied":
      return `${cast === 0 ? "Without votes" : "A tie:"} a lot was drawn, and ${agentId} won${then}.`;
    case "unanimous":
      return `${agentId} won with ${cast === 1 ? "the only vote" : cast === 2 ? "both votes" : `all ${cast} votes`}${then}.`;
    default:
      return `${agentId} won with ${votes} of ${counted(cast, "vote")}${then}.`;
  }
}
