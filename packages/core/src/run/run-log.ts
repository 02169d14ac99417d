import type { Sink } from "./agent-call.ts";
import type { LogEntry, NewEvent, NewPiece, Piece } from "./log-entry.ts";
import { LogReader, type ReaderOptions, type ReadLog } from "./log-reader.ts";

/** A draft that is being written: its author, and what there is of it. */
interface OpenDraft {
  readonly agentId: string;
  readonly soFar: () => string;
}

/**
 * What happened in a run, for any number of readers, and the pieces of its answer. One reader at most holds the pace:
 * whoever hands a piece in waits until that reader has dealt with it. Until there is any reader pieces wait as well,
 * unless it is known that none will hold the pace.
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
  /** Pieces that wait for the reader that holds the pace. */
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

  append(event: NewEvent): void {
    if (this.#ended) return;
    const logged = { ...event, seq: this.entries.length, atMs: this.nowMs() };
    this.entries.push({ event: logged, piecesBefore: this.pieces.length });
    this.#ended = event.type === "run-finished";
    this.#wake();
    if (this.#ended) this.#letGo(Infinity);
  }

  /** Adds a piece that nobody is held back for. */
  pass(piece: NewPiece): void {
    if (this.#ended) return;
    this.pieces.push({ ...piece, atMs: this.nowMs() });
    this.#wake();
  }

  /** Adds a piece. Settles when the reader that holds the pace has dealt with it, or none will. */
  hand(piece: NewPiece): Promise<void> {
    this.pass(piece);
    const count = this.pieces.length;
    if (this.#ended || this.#mayPass(count)) return Promise.resolve();
    return new Promise((done) => this.#held.push({ count, done }));
  }

  /** Says that no reader may ever hold the pace: pieces wait for nobody, unless one comes after all. */
  unpaced(): void {
    this.#unpaced = true;
    if (this.#pacer === undefined) this.#letGo(Infinity);
  }

  /** A new reader, from the beginning unless told otherwise. */
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

  /** For readers alone: this one takes no more. */
  leave(reader: LogReader): void {
    if (!this.#readers.delete(reader)) return;
    if (reader.drafts) this.#watchers -= 1;
    if (reader === this.#pacer) this.#letGo(Infinity);
  }

  /** For readers alone: this one has dealt with so many pieces. */
  dealt(reader: LogReader, count: number): void {
    if (reader === this.#pacer && this.#held.length > 0) this.#letGo(count);
  }

  /** Where a draft's text goes while it is written: to the readers that watch, if there are any. Holds nobody back. */
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
    return !this.#readers.has(pacer) || pacer.dealtPieces >= count;
  }

  #letGo(upTo: number): void {
    while (this.#held[0] !== undefined && this.#held[0].count <= upTo) this.#held.shift()?.done();
  }

  #wake(): void {
    for (const reader of this.#readers) reader.wake();
  }
}
