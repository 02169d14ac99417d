import type { RunEvent } from "@massgen/core";
import { foldAnswer, reconnectedAnswer } from "./fold-answer.ts";
import { foldRounds } from "./fold-rounds.ts";
import { foldSeat, reconnectedSeat } from "./fold-seat.ts";
import type { Reconnected, RunState, Stage, Turn } from "./run-state.ts";
import { newSeat, type Seat } from "./seat.ts";
import { turnOf } from "./turn-words.ts";

/**
 * What is shown after one more event. The same events give the same state, however they came: at once, late, or in two
 * connections. An event whose number was seen before changes nothing.
 */
export function fold(state: RunState, event: RunEvent | Reconnected): RunState {
  if (event.type === "reconnected") return reconnected(state);
  const { seq } = event;
  if (seq !== undefined && seq <= state.seq) return state;
  const turn = turnOf(event);
  return {
    ...state,
    ...whole(event),
    seq: seq ?? state.seq,
    atMs: Math.max(state.atMs, event.atMs),
    stage: stageAfter(state.stage, event),
    seats: event.type === "run-started" ? seatsOf(event.agents) : foldSeats(state.seats, event),
    rounds: foldRounds(state.rounds, event),
    answer: foldAnswer(state.answer, event),
    turns: turn === undefined ? state.turns : [...state.turns, { atMs: event.atMs, text: turn } satisfies Turn],
  };
}

/** What is kept of an event as it came. */
function whole(event: RunEvent): Partial<RunState> {
  switch (event.type) {
    case "run-started":
      return { runId: event.runId, startedAt: event.startedAt };
    case "agreement-reached":
      return { agreement: event };
    case "winner-selected":
      return { decision: event };
    case "answer-started":
      return { figures: event };
    case "run-finished":
      return { result: event.result };
    default:
      return {};
  }
}

function stageAfter(stage: Stage, event: RunEvent): Stage {
  switch (event.type) {
    case "draft-started":
      return stage === "waiting" ? "drafting" : stage;
    case "round-started":
      return "voting";
    case "winner-selected":
    case "presentation-started":
    case "answer-started":
      return "answering";
    case "run-finished":
      return "over";
    default:
      return stage;
  }
}

function seatsOf(agents: readonly { readonly id: string; readonly model: string }[]): readonly Seat[] {
  return agents.map(({ id, model }, place) => newSeat(id, model, place));
}

/** The same list where nothing changes, so that nothing is drawn anew. */
function foldSeats(seats: readonly Seat[], event: RunEvent): readonly Seat[] {
  const next = seats.map((seat) => foldSeat(seat, event));
  return next.some((seat, at) => seat !== seats[at]) ? next : seats;
}

function reconnected(state: RunState): RunState {
  return { ...state, seats: state.seats.map(reconnectedSeat), answer: reconnectedAnswer(state.answer) };
}
