import type { LoggedEvent, PassingEvent } from "./run-event.ts";

/** An event of the log, and the number of text pieces before it. */
export interface LogEntry {
  readonly event: LoggedEvent;
  readonly piecesBefore: number;
}

/** An event that the log has not numbered and timed yet. */
export type NewEvent = LoggedEvent extends infer E ? (E extends LoggedEvent ? Omit<E, "seq" | "atMs"> : never) : never;
export type NewPiece = Piece extends infer P ? (P extends Piece ? Omit<P, "atMs"> : never) : never;

/** A piece of the final answer, or of the reasoning before it. */
export type Piece = Exclude<PassingEvent, { readonly type: "draft-delta" }>;
