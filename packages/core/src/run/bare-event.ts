import type { Candidate } from "../coordination/candidate.ts";
import type { NewEvent } from "./log-entry.ts";

/**
 * An event as readers get it: without data that only the provider understands, and with secrets removed from every text
 * except answers, which were redacted when they were received.
 */
export function bareEvent(event: NewEvent, strike?: (text: string) => string): NewEvent {
  const bare = withoutOpaque(event);
  if (strike === undefined || bare.type === "content-delta" || bare.type === "tool-calls") return bare;
  return struck(bare, strike);
}

function withoutOpaque(event: NewEvent): NewEvent {
  switch (event.type) {
    case "draft-finished":
    case "answer-revised":
      return event.candidate.toolCalls.length === 0 ? event : { ...event, candidate: bareCandidate(event.candidate) };
    default:
      return event;
  }
}

function bareCandidate(candidate: Candidate): Candidate {
  return {
    ...candidate,
    toolCalls: candidate.toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args })),
  };
}

/** The fields of answers. */
const answers = new Set(["text", "reasoning", "toolCalls"]);

/** A copy with every text redacted, except those of answers, whose length is unlimited. */
function struck<T>(value: T, strike: (text: string) => string): T {
  if (typeof value === "string") return strike(value) as T;
  if (Array.isArray(value)) return value.map((entry: unknown) => struck(entry, strike)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, entry]) => [
    name,
    answers.has(name) ? entry : struck(entry, strike),
  ]);
  return Object.fromEntries(entries) as T;
}
