import type { RunEvent } from "@massgen/core";
import { failureWords } from "./failure-words.ts";
import type { Of } from "./run-state.ts";
import { emptyDraft, type Doing, type Draft, type Phase, type Seat } from "./seat.ts";

/** An agent's place after one more event; the same one where the event does not concern it. */
export function foldSeat(seat: Seat, event: RunEvent): Seat {
  const next = folded(seat, event);
  if (next === seat || next.doing === seat.doing) return next;
  return { ...next, sinceMs: event.atMs };
}

/** After a break the text of an unfinished draft is sent again from its beginning. */
export function reconnectedSeat(seat: Seat): Seat {
  const { draft } = seat;
  return draft.whole || draft.text === "" ? seat : { ...seat, draft: { ...draft, stale: true } };
}

function folded(seat: Seat, event: RunEvent): Seat {
  switch (event.type) {
    case "agents-held":
      return event.agentIds.includes(seat.id) ? doing(seat, { kind: "held", phase: event.phase }) : seat;
    case "others-called":
      return event.agentIds.includes(seat.id) ? doing(seat, atWork(event.phase)) : seat;
    case "round-started": {
      const votes = event.voters.includes(seat.id) && seat.doing.kind !== "held";
      return votes ? doing(seat, { kind: "voting" }) : seat;
    }
    default:
      return "agentId" in event && event.agentId === seat.id ? ofItsOwn(seat, event) : seat;
  }
}

/** What the agent does changes, or nothing does. */
function ofItsOwn(seat: Seat, event: Extract<RunEvent, { readonly agentId: string }>): Seat {
  switch (event.type) {
    case "draft-started":
      return doing(seat, { kind: "drafting" });
    case "draft-delta":
      return { ...seat, draft: grown(seat.draft, event.text) };
    case "draft-finished":
      return finished(seat, event);
    case "call-queued":
      return doing(seat, { kind: "queued", phase: event.phase, reason: event.reason });
    case "call-sent":
    case "retry-started":
      return doing(seat, atWork(event.phase));
    case "call-retried":
      return again(seat, event.phase, failureWords(event.failure));
    case "call-lost":
      return again(seat, event.phase, "the process that asked it is gone");
    case "reply-rejected":
      return again(seat, event.phase, event.problem);
    case "fallback-started":
      return {
        ...again(seat, event.phase, failureWords(event.failure)),
        model: event.model,
        gaveUp: { model: seat.model, why: failureWords(event.failure) },
      };
    case "agent-failed":
      return closed(seat, { kind: "failed", phase: event.phase, failure: event.failure });
    case "agent-dropped":
      return closed(seat, { kind: "dropped", why: event.why, called: event.called });
    case "agent-spared":
      return closed(seat, spared(event));
    case "agent-excluded":
      return closed(seat, { kind: "excluded", why: event.why });
    case "parameters-dropped":
      return { ...seat, without: event.names };
    case "vote-cast":
      return doing(seat, { kind: "voted" });
    case "answer-revised": {
      const candidates = [...seat.candidates, event.candidate];
      return doing({ ...seat, candidates, draft: wholeDraft(event.candidate.text) }, { kind: "drafted" });
    }
    case "vote-abstained":
      return doing(seat, { kind: "abstained", why: event.problem });
    case "presentation-started":
      return doing(seat, { kind: "presenting" });
    case "presentation-failed":
      return doing(seat, { kind: "failed", phase: "presentation", failure: event.failure });
    case "winner-selected":
    case "answer-started":
    case "reasoning-delta":
      return seat;
  }
}

function doing(seat: Seat, next: Doing): Seat {
  return { ...seat, doing: next };
}

function finished(seat: Seat, { candidate, tookMs, reasoning }: Of<"draft-finished">): Seat {
  return {
    ...seat,
    doing: { kind: "drafted" },
    draft: wholeDraft(candidate.text),
    candidates: [...seat.candidates, candidate],
    tookMs,
    ...(reasoning !== undefined && { reasoning }),
  };
}

/** A call is made again: what a draft had so far is given up. */
function again(seat: Seat, phase: Phase, why: string): Seat {
  const draft = phase === "draft" ? emptyDraft : seat.draft;
  return { ...seat, draft, doing: { kind: "retrying", phase, why } };
}

/** Nothing more comes of the agent; what it wrote so far stays. */
function closed(seat: Seat, end: Doing): Seat {
  return { ...seat, doing: end, draft: { ...seat.draft, stale: false, whole: true } };
}

function spared({ phase, called, agreeing, of }: Of<"agent-spared">): Doing {
  return { kind: "spared", phase, called, of, ...(agreeing !== undefined && { agreeing }) };
}

function atWork(phase: Phase): Doing {
  switch (phase) {
    case "draft":
      return { kind: "drafting" };
    case "ballot":
      return { kind: "voting" };
    case "presentation":
      return { kind: "presenting" };
  }
}

function grown({ text, stale }: Draft, piece: string): Draft {
  return { text: stale ? piece : text + piece, stale: false, whole: false };
}

function wholeDraft(text: string): Draft {
  return { text, stale: false, whole: true };
}
