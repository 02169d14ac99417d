import type { Candidate } from "../coordination/candidate.ts";
import type { ToolCall } from "../model/message.ts";
import type { NewEvent } from "./log-entry.ts";

/**
 * An event as readers get it: without data that only the provider understands, and with secrets removed from every text
 * except answers, which were redacted when they were received.
 */
export function bareEvent(event: NewEvent, strike?: (text: string) => string): NewEvent {
  const bare = withoutOpaque(event);
  if (strike === undefined || bare.type === "content-delta" || bare.type === "tool-calls") return bare;
  return struck(bare, strike, exempt);
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
    toolCalls: candidate.toolCalls.map(bareCall),
  };
}

export function bareCall({ id, name, arguments: args }: ToolCall): ToolCall {
  return { id, name, arguments: args };
}

/** Fields of answers, which are redacted when they are received, and fields with words of our own. */
const exempt: ReadonlySet<string> = new Set(
  "text reasoning toolCalls type phase status outcome code runId id agentId callId retryOf finishReason".split(" "),
);

/** A copy with every text redacted but those of exempt fields; the value itself where that changes nothing. */
export function struck<T>(value: T, strike: (text: string) => string, exempt: ReadonlySet<string>): T {
  if (typeof value === "string") return strike(value) as T;
  if (Array.isArray(value)) {
    let changed: unknown[] | undefined;
    for (const [at, entry] of (value as readonly unknown[]).entries()) {
      const bare = struck(entry, strike, exempt);
      if (bare !== entry) (changed ??= [...(value as readonly unknown[])])[at] = bare;
    }
    return (changed ?? value) as T;
  }
  if (typeof value !== "object" || value === null) return value;
  let changes: [string, unknown][] | undefined;
  for (const name of Object.keys(value)) {
    if (exempt.has(name)) continue;
    const entry: unknown = value[name as keyof typeof value];
    const bare = struck(entry, strike, exempt);
    if (bare !== entry) (changes ??= []).push([name, bare]);
  }
  return changes === undefined ? value : { ...value, ...Object.fromEntries(changes) };
}
