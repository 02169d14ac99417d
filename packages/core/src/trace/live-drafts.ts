import { oneLine } from "../coordination/labels.ts";
import type { RunEvent } from "../run/run-event.ts";
import { takeLines } from "./take-lines.ts";

/** A longer draft is shown up to here. */
const maxDraftChars = 100_000;

/** A draft that is being written. */
interface OpenDraft {
  /** The text whose lines were shown, in pieces. */
  readonly shown: string[];
  shownChars: number;
  /** The text behind it: the beginning of a line. */
  rest: string;
}

/**
 * Turns the events of one run, in order, into trace lines `[<agent>] | text` that show each draft while it is written:
 * for `draft-delta` events, and what those left out when the draft is finished. Lines end where the draft's do and, at
 * 100 characters, between two words. They depend on the text alone, not on the pieces it comes in. Shows 100,000
 * characters of each draft.
 */
export function liveDrafts(): (event: RunEvent) => string[] {
  const open = new Map<string, OpenDraft>();

  /** Adds text to a draft. Returns the lines that are whole now; at its end, all of them. */
  function add(draft: OpenDraft, text: string, ends: boolean): string[] {
    const room = maxDraftChars - draft.shownChars - draft.rest.length;
    const pending = draft.rest + text.slice(0, room);
    const { lines, rest } = takeLines(pending, ends || text.length > room);
    const taken = pending.slice(0, pending.length - rest.length);
    draft.shown.push(taken);
    draft.shownChars += taken.length;
    draft.rest = rest;
    return lines;
  }

  function close(agentId: string, whole?: string): string[] {
    const draft = open.get(agentId) ?? { shown: [], shownChars: 0, rest: "" };
    open.delete(agentId);
    if (whole === undefined) return add(draft, "", true);
    const seen = draft.shown.join("") + draft.rest;
    // A reply that had to be unwrapped, from a code fence perhaps, does not begin as it came.
    const lines = add(draft, whole.startsWith(seen) ? whole.slice(seen.length) : "", true);
    const left = whole.length - maxDraftChars;
    return left > 0 ? [...lines, `[... ${left} more characters ...]`] : lines;
  }

  function linesOf(event: RunEvent): string[] {
    switch (event.type) {
      case "draft-delta": {
        const draft = open.get(event.agentId) ?? { shown: [], shownChars: 0, rest: "" };
        open.set(event.agentId, draft);
        return add(draft, event.text, false);
      }
      case "draft-finished":
        return event.final ? [] : close(event.agentId, event.candidate.text);
      // Its text was given up. Another try begins anew.
      case "call-retried":
      case "call-lost":
      case "reply-rejected":
      case "agent-failed":
      case "agent-dropped":
      case "agent-spared":
        return close(event.agentId);
      default:
        return [];
    }
  }

  return (event) => {
    const lines = linesOf(event);
    return "agentId" in event ? lines.map((line) => oneLine(`[${event.agentId}] | ${line}`)) : [];
  };
}
