import type { LogEntry, Piece } from "./log-entry.ts";
import type { RunEvent } from "./run-event.ts";

export interface ReaderOptions {
  /** The number of the first event wanted; 0 by default. Beyond the last one, only what is new comes. */
  readonly from?: number;
  /** Whether drafts are wanted as they are written. */
  readonly drafts?: boolean;
  /** Whether this reader waits for events to come. Default true. */
  readonly follow?: boolean;
  /** Whether adjacent pieces of text are joined. Default true. */
  readonly joined?: boolean;
  /** Whether this reader holds the pace of the answer. */
  readonly pace?: boolean;
}

/** What a reader needs of the log. */
export interface ReadLog {
  readonly entries: readonly LogEntry[];
  readonly pieces: readonly Piece[];
  /** Whether the last event is in. */
  readonly ended: boolean;
  /** Milliseconds since the start of the run. */
  readonly nowMs: () => number;
  /** This reader takes no more. */
  leave(reader: LogReader): void;
  /** This reader has processed this many pieces. */
  dealt(reader: LogReader, count: number): void;
}

/**
 * One reader's position in the log of a run. It has no queue of its own: text that it has not taken yet is joined into
 * as few pieces as possible.
 */
export class LogReader {
  readonly drafts: boolean;
  readonly #follow: boolean;
  readonly #joined: boolean;
  readonly #log: ReadLog;
  #seq: number;
  #piece: number;
  #dealt = 0;
  #left = false;
  /** The text of each draft since this reader last took it. */
  readonly #unread = new Map<string, string>();
  /** Pending requests for the next event. */
  readonly #waiting: ((event: RunEvent | undefined) => void)[] = [];

  constructor(log: ReadLog, { from = 0, drafts = false, follow = true, joined = true }: ReaderOptions) {
    this.#log = log;
    this.drafts = drafts;
    this.#follow = follow;
    this.#joined = joined;
    this.#seq = Math.min(from, log.entries.length);
    this.#piece = log.entries[this.#seq - 1]?.piecesBefore ?? 0;
  }

  /** Pieces of the answer that this reader has processed: it took them and asked for another event. */
  get processedPieces(): number {
    return this.#dealt;
  }

  /**
   * The next event, or undefined at the end; several requests are served in order. Asking means that the previous event
   * has been processed.
   */
  take(): Promise<RunEvent | undefined> {
    this.#deal();
    const event = this.#next();
    if (event !== undefined || !this.#follow || this.#over()) return Promise.resolve(event);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Takes no more events; pending requests get the end. */
  leave(): void {
    this.#left = true;
    this.#log.leave(this);
    this.#dismiss();
  }

  /** New events may be available. */
  wake(): void {
    while (this.#waiting.length > 0) {
      const event = this.#next();
      if (event === undefined) break;
      this.#waiting.shift()?.(event);
      // If another event is already requested, this one counts as processed.
      if (this.#waiting.length > 0) this.#deal();
    }
    if (this.#over()) this.#dismiss();
  }

  /** A piece of a draft was written. */
  draft(agentId: string, text: string): void {
    if (text === "") return;
    this.#unread.set(agentId, (this.#unread.get(agentId) ?? "") + text);
    this.wake();
  }

  #next(): RunEvent | undefined {
    if (this.#left) return undefined;
    const entry = this.#log.entries[this.#seq];
    const pieces = entry?.piecesBefore ?? this.#log.pieces.length;
    if (this.#piece < pieces) return this.#nextPieces(pieces);
    if (entry === undefined) return this.#nextDraft();
    this.#seq += 1;
    const { event } = entry;
    // The event has the whole draft.
    if (event.type === "draft-finished" || event.type === "agent-failed") this.#unread.delete(event.agentId);
    return event;
  }

  /** Joins the next pieces of one kind into one. */
  #nextPieces(end: number): Piece {
    const first = this.#log.pieces[this.#piece++] as Piece;
    let { text } = first;
    let last = first;
    while (this.#joined && this.#piece < end) {
      const piece = this.#log.pieces[this.#piece] as Piece;
      if (piece.type !== first.type) break;
      text += piece.text;
      last = piece;
      this.#piece += 1;
    }
    return last === first ? first : { ...last, text };
  }

  #nextDraft(): RunEvent | undefined {
    for (const [agentId, text] of this.#unread) {
      this.#unread.delete(agentId);
      return { type: "draft-delta", agentId, text, atMs: this.#log.nowMs() };
    }
    return undefined;
  }

  #over(): boolean {
    return this.#left || (this.#log.ended && this.#seq >= this.#log.entries.length);
  }

  #deal(): void {
    if (this.#dealt === this.#piece) return;
    this.#dealt = this.#piece;
    this.#log.dealt(this, this.#dealt);
  }

  #dismiss(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }
}
