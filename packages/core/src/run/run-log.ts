import type { Sink } from "./agent-call.ts";
import type { LogEntry, NewPiece, Piece } from "./log-entry.ts";
import type { LoggedEvent } from "./run-event.ts";
import { LogReader, type ReaderOptions, type ReadLog } from "./log-reader.ts";

/** A draft in progress: its author and the text so far. */
interface OpenDraft {
  readonly agentId: string;
  readonly soFar: () => string;
}

/**
 * The events of a run and the pieces of its answer, for any number of readers. At most one reader sets the pace: adding
 * a piece waits until that reader has processed it. As long as there is no reader, pieces wait too, unless it is known
 * that none will set the pace.
 */
export class RunLog implements ReadLog {
  readonly entries: LogEntry[] = [];
  readonly pieces: Piece[] = [];
  readonly #readers = new Set<LogReader>();
  readonly #drafts = new Map<string, OpenDraft>();
  #watchers = 0;
  #pacer: LogReader | undefined;
  #unpaced = false;
  #ended = false;
  /** Pieces that wait for the reader that sets the pace. */
  readonly #held: { readonly count: number; readonly done: () => void }[] = [];
  /** Milliseconds since the start of the run. */
  readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  /** Whether the last event is in. */
  get ended(): boolean {
    return this.#ended;
  }

  append(event: LoggedEvent): void {
    if (this.#ended) return;
    this.entries.push({ event, piecesBefore: this.pieces.length });
    this.#ended = event.type === "run-finished";
    this.#wake();
    if (this.#ended) this.#letGo(Infinity);
  }

  /** Nothing more comes here, though the run may go on elsewhere. */
  close(): void {
    this.#ended = true;
    this.#wake();
    this.#letGo(Infinity);
  }

  /** Adds a piece without holding anything back. */
  pass(piece: NewPiece): void {
    if (this.#ended) return;
    this.pieces.push({ ...piece, atMs: this.nowMs() });
    this.#wake();
  }

  /** Adds a piece. Resolves when the reader that sets the pace has processed it, or when there will be none. */
  hand(piece: NewPiece): Promise<void> {
    this.pass(piece);
    const count = this.pieces.length;
    if (this.#ended || this.#mayPass(count)) return Promise.resolve();
    return new Promise((done) => this.#held.push({ count, done }));
  }

  /** Declares that perhaps no reader will set the pace, so that pieces do not wait until one does. */
  unpaced(): void {
    this.#unpaced = true;
    if (this.#pacer === undefined) this.#letGo(Infinity);
  }

  /** A new reader; it starts at the beginning by default. */
  read(options: ReaderOptions = {}): LogReader {
    const reader = new LogReader(this, options);
    this.#readers.add(reader);
    if (options.drafts) {
      this.#watchers += 1;
      for (const { agentId, soFar } of this.#drafts.values()) reader.draft(agentId, soFar());
    }
    if (options.pace) this.#pacer = reader;
    return reader;
  }

  /** Only for readers: this one takes no more. */
  leave(reader: LogReader): void {
    if (!this.#readers.delete(reader)) return;
    if (reader.drafts) this.#watchers -= 1;
    if (reader === this.#pacer) this.#letGo(Infinity);
  }

  /** Only for readers: this one has processed this many pieces. */
  dealt(reader: LogReader, count: number): void {
    if (reader === this.#pacer && this.#held.length > 0) this.#letGo(count);
  }

  /** Receives a draft's text while it is written, for readers that want drafts. Holds nothing back. */
  draftSink(callId: string, agentId: string): Sink {
    return {
      begin: (soFar) => void this.#drafts.set(callId, { agentId, soFar }),
      content: (text) => {
        if (this.#watchers > 0) for (const reader of this.#readers) if (reader.drafts) reader.draft(agentId, text);
      },
      reasoning: () => {},
    };
  }

  closeDraft(callId: string): void {
    this.#drafts.delete(callId);
  }

  #mayPass(count: number): boolean {
    const pacer = this.#pacer;
    if (pacer === undefined) return this.#unpaced;
    return !this.#readers.has(pacer) || pacer.processedPieces >= count;
  }

  #letGo(upTo: number): void {
    while (this.#held[0] !== undefined && this.#held[0].count <= upTo) this.#held.shift()?.done();
  }

  #wake(): void {
    for (const reader of this.#readers) reader.wake();
  }
}
