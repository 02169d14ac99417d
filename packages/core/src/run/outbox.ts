import type { RunEvent } from "./run-event.ts";

interface Entry {
  readonly event: RunEvent;
  /** Called when the consumer has dealt with the event. */
  readonly done: () => void;
}

/**
 * The events of a run on their way to its one consumer. Announcements queue up (their number is bounded by the rules of a run);
 * whoever hands in a piece of text can wait until the consumer has dealt with it.
 *
 * Without a consumer, pieces of text wait, unless `discard` was called: then nobody is going to read.
 */
export class Outbox {
  readonly #entries: Entry[] = [];
  #taken: Entry | undefined;
  #wake: (() => void) | undefined;
  #ended = false;
  #discarding = false;

  /** Adds an event. The promise settles when the consumer asks for the next one. */
  put(event: RunEvent): Promise<void> {
    if (this.#ended || this.#discarding) return Promise.resolve();
    return new Promise((done) => {
      this.#entries.push({ event, done });
      this.#wake?.();
    });
  }

  /** No more events follow. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Nobody will read: lets everyone go on who waits to be read, and drops all further events. */
  discard(): void {
    this.#discarding = true;
    this.#taken?.done();
    for (const entry of this.#entries.splice(0)) entry.done();
    this.#wake?.();
  }

  /** The next event, or undefined at the end. Asking says that the previous one is dealt with. */
  async take(): Promise<RunEvent | undefined> {
    this.#taken?.done();
    this.#taken = undefined;
    while (this.#entries.length === 0) {
      if (this.#ended || this.#discarding) return undefined;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    this.#taken = this.#entries.shift();
    return this.#taken?.event;
  }
}
