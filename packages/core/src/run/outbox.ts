import type { RunEvent } from "./run-event.ts";

interface Entry {
  readonly event: RunEvent;
  /** Called when the consumer has dealt with the event. */
  readonly done: () => void;
}

/**
 * The events of a run on their way to its one consumer. Announcements queue up (their number is bounded by the rules of a run);
 * the sender of a piece of text waits until the consumer has dealt with it, and with everything before it.
 *
 * Until somebody takes events, pieces of text wait; unless it is known that nobody will, then everything is dropped.
 */
export class Outbox {
  readonly #entries: Entry[] = [];
  #taken: Entry | undefined;
  #handed = 0;
  /** Who asked for an event when there was none. */
  readonly #waiting: ((event: RunEvent | undefined) => void)[] = [];
  #consumed = false;
  #unattended = false;
  #ended = false;
  #discarding = false;

  /** Whether events were dropped: who comes now has missed some. */
  get discarding(): boolean {
    return this.#discarding;
  }

  /** Queues an event. */
  announce(event: RunEvent): void {
    this.#put({ event, done: () => {} });
  }

  /** Queues a piece of text. Settles when the consumer asks for what comes after it, or nobody will. */
  hand(event: RunEvent): Promise<void> {
    if (this.#unattended && !this.#consumed) this.discard();
    if (this.#discarding) return Promise.resolve();
    this.#handed += 1;
    return new Promise((done) => this.#put({ event, done }));
  }

  /** Says that the run's answer is awaited: if nobody has taken an event when text comes up, nobody is going to. */
  unattended(): void {
    this.#unattended = true;
    if (this.#handed > 0 && !this.#consumed) this.discard();
  }

  /** No more events follow. What is queued can still be taken; nobody is held back for it any more. */
  end(): void {
    this.#ended = true;
    this.#taken?.done();
    for (const entry of this.#entries) entry.done();
    this.#dismiss();
  }

  /** Nobody will read: lets everyone go on who waits to be read, and drops all further events. */
  discard(): void {
    this.#discarding = true;
    this.#taken?.done();
    for (const entry of this.#entries.splice(0)) entry.done();
    this.#dismiss();
  }

  /**
   * The next event, or undefined at the end; to several at once, in the order they asked. Asking says that the previous
   * event is dealt with.
   */
  take(): Promise<RunEvent | undefined> {
    this.#consumed = true;
    this.#taken?.done();
    this.#taken = this.#entries.shift();
    if (this.#taken !== undefined || this.#ended || this.#discarding) return Promise.resolve(this.#taken?.event);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Only at the end: nobody waits while there are events. */
  #dismiss(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #put(entry: Entry): void {
    if (this.#ended || this.#discarding) {
      entry.done();
      return;
    }
    const resolve = this.#waiting.shift();
    if (resolve === undefined) {
      this.#entries.push(entry);
      return;
    }
    // Where the next event is asked for already, this one counts as dealt with.
    if (this.#waiting.length > 0) entry.done();
    else this.#taken = entry;
    resolve(entry.event);
  }
}
