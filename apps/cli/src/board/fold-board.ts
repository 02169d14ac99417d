import type { RunEvent } from "@massgen/core";
import type { Board, Doing, Seat } from "./board.ts";
import { firstSentence } from "./first-sentence.ts";
import { newsOf } from "./news.ts";
import { nothingWritten, written } from "./writing.ts";
import { foldVotes } from "./fold-votes.ts";

type Haste = Extract<RunEvent, { readonly type: "agent-dropped" }>["why"];

/** The board after a further event of its run. */
export function foldBoard(board: Board, event: RunEvent): Board {
  const news = newsOf(event);
  const next = foldStage(foldVotes(foldSeats(board, event), event), event);
  return news === undefined ? next : { ...next, news };
}

function foldStage(board: Board, event: RunEvent): Board {
  switch (event.type) {
    case "round-started":
      return { ...board, stage: "voting" };
    case "winner-selected":
      return { ...board, stage: "answering", winner: event.agentId };
    case "presentation-started":
      return { ...board, presenter: event.agentId };
    case "answer-started":
      return { ...board, stage: "answering", winner: board.winner ?? event.agentId };
    case "run-finished":
      return { ...board, stage: "ended" };
    default:
      return board;
  }
}

function foldSeats(board: Board, event: RunEvent): Board {
  switch (event.type) {
    case "run-started":
      return { ...board, seats: event.agents.map(({ id, model }) => ({ id, model, doing: { is: "waiting" } })) };
    case "round-started":
      return { ...board, seats: board.seats.map((seat) => (event.voters.includes(seat.id) ? at(seat, voting) : seat)) };
    case "agents-held":
      return changed(board, event.agentIds, { is: "held", phase: event.phase });
    case "winner-selected":
      return { ...board, seats: board.seats.map((seat) => at(seat, decidedWithout(seat.doing))) };
    case "others-called":
      return changed(board, event.agentIds, event.phase === "ballot" ? voting : { is: "waiting" });
    case "fallback-started":
      return {
        ...board,
        seats: board.seats.map((seat) =>
          seat.id === event.agentId ? { ...seat, model: event.model, doing: begun(event.phase) } : seat,
        ),
      };
    default: {
      if (!("agentId" in event)) return board;
      const { agentId } = event;
      const before = board.seats.find(({ id }) => id === agentId)?.doing;
      const doing = before && doingAfter(before, event);
      return doing === undefined ? board : changed(board, [agentId], doing);
    }
  }
}

const voting: Doing = { is: "voting" };
const writing: Doing = { is: "writing", text: nothingWritten };

function at(seat: Seat, doing: Doing): Seat {
  return { ...seat, doing };
}

function changed(board: Board, ids: readonly string[], doing: Doing): Board {
  return { ...board, seats: board.seats.map((seat) => (ids.includes(seat.id) ? at(seat, doing) : seat)) };
}

/** What an agent is at whose call has just been sent. */
function begun(phase: "draft" | "ballot" | "presentation"): Doing {
  return phase === "draft" ? writing : phase === "ballot" ? voting : { is: "presenting" };
}

/** What an agent is at after an event of its own; undefined if that has not changed. */
function doingAfter(before: Doing, event: Extract<RunEvent, { readonly agentId: string }>): Doing | undefined {
  switch (event.type) {
    case "draft-started":
      return writing;
    case "draft-delta":
      return { is: "writing", text: written(before.is === "writing" ? before.text : nothingWritten, event.text) };
    case "draft-finished":
      return { is: "answered", sentence: answerLine(event.candidate), anew: false };
    case "answer-revised":
      return { is: "answered", sentence: answerLine(event.candidate), anew: true };
    case "call-queued":
      return { is: "waiting", why: event.reason };
    case "call-sent":
    case "retry-started":
      return begun(event.phase);
    case "call-retried":
      return { is: "paused", why: failureLine(event.failure) };
    case "reply-rejected":
      return { is: "paused", why: event.problem };
    case "agent-failed":
      return { is: "out", word: "failed", why: failureLine(event.failure), bad: true };
    case "agent-dropped":
      return { is: "out", word: event.called ? "dropped" : "not asked", why: hasteOf(event.why), bad: event.called };
    case "agent-spared":
      // Its answer is more to see than a vote that nobody needed.
      if (event.phase === "ballot") return before.is === "voting" || before.is === "held" ? voteSpared : undefined;
      return { is: "out", word: event.called ? "stopped" : "not asked", why: "the others agree", bad: false };
    case "agent-excluded":
      return {
        is: "out",
        word: "out",
        why: event.why === "images" ? "its model sees no images" : "the budget does not cover its call",
        bad: true,
      };
    case "vote-cast":
      return { is: "voted", choice: event.choice, reason: event.reason };
    case "vote-abstained":
      return { is: "abstained", why: event.problem };
    case "presentation-failed":
      return { is: "out", word: "failed", why: failureLine(event.failure), bad: true };
    default:
      return undefined;
  }
}

/** What an agent is at once there is a decision: nobody waits for it any more. */
function decidedWithout(doing: Doing): Doing {
  switch (doing.is) {
    case "voting":
      return { is: "out", word: "no vote", why: "the decision was made without it", bad: false };
    case "waiting":
    case "held":
    case "writing":
    case "paused":
      return { is: "out", word: "stopped", why: "the decision was made without it", bad: false };
    default:
      return doing;
  }
}

const voteSpared: Doing = { is: "out", word: "no vote", why: "the result was certain without it", bad: false };

function hasteOf(why: Haste): string {
  if (why === "answer-now") return "the answer was wanted at once";
  return why === "deadline" ? "out of time" : "the others were not to wait longer";
}

function answerLine({ text, toolCalls }: { readonly text: string; readonly toolCalls: readonly { name: string }[] }) {
  const [call] = toolCalls;
  return call === undefined ? firstSentence(text) : `calls ${call.name}`;
}

function failureLine({ code, message }: { readonly code: string; readonly message: string }): string {
  return `${code}: ${message}`;
}
