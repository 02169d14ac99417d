import type { RunEvent } from "@massgen/core";

/** A part of a run, for people who read its traces in parts. */
export type TracePhase = "drafts" | "votes" | "decision";

/** The phase that an event belongs to. An agent's calls and failures belong to what it was doing. */
export function tracePhaseOf(event: RunEvent): TracePhase {
  switch (event.type) {
    case "round-started":
    case "vote-cast":
    case "answer-revised":
    case "vote-abstained":
    case "round-voided":
      return "votes";
    case "agreement-reached":
    case "winner-selected":
    case "presentation-started":
    case "presentation-failed":
    case "limit-reached":
    case "answer-now":
    case "answer-started":
    case "run-finished":
      return "decision";
    case "call-queued":
    case "call-sent":
    case "call-retried":
    case "call-lost":
    case "fallback-started":
    case "retry-started":
    case "reply-rejected":
    case "agent-failed":
    case "agent-spared":
      return phases.get(event.phase) ?? "drafts";
    default:
      return "drafts";
  }
}

/** Joins the trace text of each phase. */
export function tracesByPhase(): { readonly add: (event: RunEvent, text: string) => void; readonly texts: string[] } {
  const texts: string[] = [];
  let phase: TracePhase | undefined;
  return {
    add(event, text) {
      if (text === "") return;
      const before = phase;
      phase = tracePhaseOf(event);
      if (phase === before) texts.push((texts.pop() ?? "") + text);
      else texts.push(text);
    },
    texts,
  };
}

/** A host's own engine may use words that this server does not know. */
const phases: ReadonlyMap<string, TracePhase> = new Map([
  ["draft", "drafts"],
  ["ballot", "votes"],
  ["presentation", "decision"],
]);
