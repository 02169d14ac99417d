import type { ModelEvent } from "@massgen/core/model";
import type { AnswerPiece } from "./answer-reader.ts";

/**
 * Takes in one piece of an answer, and adds the events that it makes to `made`. The consumer gets them before whatever
 * is thrown. `over`: no later piece counts.
 */
export type TakePiece = (piece: AnswerPiece, made: ModelEvent[]) => "over" | undefined;

/**
 * The events of the pieces of one network read. A piece is taken in when the events of those before are consumed.
 *
 * This is one generator function for all calls, because V8 gives each generator function a hidden class of its own, in
 * the old generation. One that is made inside of a call keeps the call's whole state alive until the next full
 * collection, and every scavenge before copies it: this took a seventh of the CPU of a run with short answers.
 */
export function* pieceEvents(pieces: readonly AnswerPiece[], take: TakePiece): Generator<ModelEvent, void, undefined> {
  for (const piece of pieces) {
    const made: ModelEvent[] = [];
    let over = false;
    try {
      over = take(piece, made) === "over";
    } finally {
      // No `yield*`, and no iterator: an event is taken once for each token of an answer.
      for (let at = 0; at < made.length; at += 1) yield made[at] as ModelEvent;
    }
    if (over) return;
  }
}
