import type { Fact } from "../coordination/event.ts";
import type { Journal } from "./journal.ts";

/** Facts on their way to the rules, in order. */
interface FactLine {
  /** Returns nothing if the fact is applied already, or will be before anything else happens. */
  readonly put: (fact: Fact) => Promise<void> | undefined;
}

/** Applies each fact at once. One that comes of applying another waits for that. */
export class DirectLine implements FactLine {
  readonly #apply: (fact: Fact) => void;
  readonly #waiting: Fact[] = [];
  #applying = false;

  constructor(apply: (fact: Fact) => void) {
    this.#apply = apply;
  }

  put(fact: Fact): undefined {
    this.#waiting.push(fact);
    if (this.#applying) return;
    this.#applying = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#apply(next);
    } finally {
      this.#applying = false;
    }
  }
}

/**
 * Facts that may wait for a journal that does not answer. Beyond these no further call is made, so only those that are
 * out add to them. That a call waits for its turn does not count: such facts are one for each call, and who waits does
 * not make room by leaving.
 */
const mostWaiting = 64;

interface Waiting {
  readonly fact: Fact;
  /** It is applied, or will never be. */
  readonly done: () => void;
}

interface JournaledLineOptions {
  readonly journal: Journal;
  /** The number of the next fact. */
  readonly seq: number;
  readonly apply: (fact: Fact) => void;
  /** A waiting fact as it is to be kept, now that others may have come before it; undefined if it is pointless. */
  readonly fit: (fact: Fact) => Fact | undefined;
  /** Somebody else goes on with the run, or the journal failed. */
  readonly superseded: (cause?: unknown) => void;
  /** Called when as many facts wait as may, and when they no longer do. */
  readonly full: (isFull: boolean) => void;
}

/**
 * Applies a fact only once it is kept. One append is out at a time; facts that come meanwhile follow in one batch.
 * Where somebody else has written, that is applied first, and the own facts follow behind it.
 */
export class JournaledLine implements FactLine {
  readonly #options: JournaledLineOptions;
  #waiting: Waiting[] = [];
  /** What others wrote, by number, until its turn comes. */
  readonly #taken = new Map<number, Fact>();
  readonly #idle: (() => void)[] = [];
  #seq: number;
  #busy = false;
  /** Somebody else has written at our place, and we do not have it yet. */
  #behind = false;
  #stopped = false;
  #full = false;
  /** How many of those that wait are on their way to the journal. */
  #out = 0;

  constructor(options: JournaledLineOptions) {
    this.#options = options;
    this.#seq = options.seq;
  }

  put(fact: Fact): Promise<void> {
    return new Promise((done) => {
      const before = this.#wait(fact);
      this.#waiting.push({ fact, done: before ? () => (before(), done()) : done });
      this.#measure();
      void this.#advance();
    });
  }

  /** The journal holds this fact under this number. */
  take(seq: number, fact: Fact): void {
    if (seq >= this.#seq) this.#taken.set(seq, fact);
    // While an append is out nobody knows whose fact it is.
    void this.#advance();
  }

  /** Forgets everything that waits. */
  stop(): void {
    this.#stopped = true;
    for (const { done } of this.#waiting.splice(0)) done();
    this.#settle();
  }

  /** Resolves when nothing waits any more. */
  idle(): Promise<void> {
    return new Promise((done) => {
      this.#idle.push(done);
      this.#settle();
    });
  }

  async #advance(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      this.#applyTaken();
      this.#refit();
      if (this.#stopped || this.#behind || this.#waiting.length === 0) break;
      const batch = [...this.#waiting];
      this.#out = batch.length;
      const answer = await this.#append(batch.map(({ fact }) => fact));
      this.#out = 0;
      if (this.#stopped) break;
      if (answer === "kept") this.#applyKept(batch);
      else this.#behind = true;
    }
    this.#busy = false;
    this.#settle();
  }

  async #append(facts: readonly Fact[]): Promise<"kept" | "taken" | undefined> {
    try {
      return await this.#options.journal.append(facts, this.#seq);
    } catch (error) {
      this.#yield(error);
      return undefined;
    }
  }

  #applyKept(batch: readonly Waiting[]): void {
    this.#waiting.splice(0, batch.length);
    for (const { fact, done } of batch) {
      this.#next(fact);
      done();
    }
    this.#measure();
  }

  /** Takes an earlier wait of the same call out of the line: the new one says more. */
  #wait(fact: Fact): (() => void) | undefined {
    if (fact.type !== "call-queued") return undefined;
    const isSame = (other: Fact): boolean => other.type === "call-queued" && other.callId === fact.callId;
    const at = this.#waiting.findLastIndex(({ fact: other }) => isSame(other));
    // What is out cannot be changed.
    return at < this.#out ? undefined : this.#waiting.splice(at, 1)[0]?.done;
  }

  #measure(): void {
    const isFull = this.#waiting.filter(({ fact }) => fact.type !== "call-queued").length >= mostWaiting;
    if (isFull === this.#full || this.#stopped) return;
    this.#full = isFull;
    this.#options.full(isFull);
  }

  #applyTaken(): void {
    for (let fact = this.#taken.get(this.#seq); fact && !this.#stopped; fact = this.#taken.get(this.#seq)) {
      this.#behind = false;
      const [own] = this.#waiting;
      // It was kept, and the answer that said so was lost on its way.
      if (own !== undefined && isSame(own.fact, fact)) this.#applyKept([own]);
      else if (fact.type === "run-started" || fact.type === "resumed") this.#yield();
      else this.#next(fact);
    }
  }

  /** Nothing more is written here, also where the run has ended already. */
  #yield(cause?: unknown): void {
    this.#options.superseded(cause);
    this.stop();
  }

  #refit(): void {
    this.#waiting = this.#waiting.flatMap(({ fact, done }) => {
      const fits = this.#options.fit(fact);
      if (!fits) done();
      return fits ? [{ fact: fits, done }] : [];
    });
  }

  #next(fact: Fact): void {
    this.#taken.delete(this.#seq);
    this.#seq += 1;
    this.#options.apply(fact);
  }

  #settle(): void {
    if (this.#stopped || (!this.#busy && this.#waiting.length === 0)) for (const done of this.#idle.splice(0)) done();
  }
}

/** Whether a fact that was read is one that was written. Two processes never write the same end of a call. */
function isSame(written: Fact, read: Fact): boolean {
  return JSON.stringify(written) === JSON.stringify(read);
}
