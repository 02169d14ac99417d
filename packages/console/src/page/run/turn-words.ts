import type { RunEvent } from "@massgen/core";

const needs: ReadonlyMap<string, string> = new Map([
  ["difference", "the first answers do not agree"],
  ["failure", "one of the first gave no answer"],
  ["repair", "a reply had to be asked for again"],
  ["slow", "the others take long"],
  ["undecided", "the first votes do not decide"],
]);

/** What changed the course of the run, in a sentence; undefined for events that did not. */
export function turnOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case "others-called":
      return `${event.agentIds.join(", ")} called as well: ${needs.get(event.why) ?? "they are needed"}.`;
    case "round-voided":
      return "A new answer came in, so the vote is held again.";
    case "limit-reached":
      return `${event.limit === "deadline" ? "Out of time" : "The budget is used up"}: ${event.consequence}.`;
    case "answer-now":
      return `Asked to answer now: ${event.consequence}.`;
    case "presentation-failed":
      return event.next === undefined
        ? `${event.agentId} did not finish the final answer; the winning text takes its place.`
        : `${event.agentId} did not finish the final answer; ${event.next} takes over.`;
    default:
      return undefined;
  }
}
