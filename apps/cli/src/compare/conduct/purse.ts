import type { Allowance, Reservation } from "@massgen/core";

interface Waiting {
  readonly usd: number;
  readonly take: (reservation: Reservation) => void;
}

/**
 * The money of a whole comparison. A call whose part is not left waits for others to end, since they mostly cost less
 * than was reserved for them. Where none is out and it is not left all the same, the purse is empty: the call waits for
 * ever, and its listener stops the runs.
 */
export class Purse implements Allowance {
  readonly #limit: number;
  readonly #emptied: () => void;
  readonly #waiting: Waiting[] = [];
  #spent: number;
  #reserved = 0;
  #out = 0;

  /**
   * @param limit in dollars; what was spent before counts
   * @param emptied called when no further call can be made
   */
  constructor(limit: number, spent: number, emptied: () => void) {
    this.#limit = limit;
    this.#spent = spent;
    this.#emptied = emptied;
  }

  get spent(): number {
    return this.#spent;
  }

  reserve(usd: number): Promise<Reservation> {
    return new Promise((take) => {
      this.#waiting.push({ usd, take });
      this.#serve();
    });
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#spent + this.#reserved + next.usd > this.#limit) {
        if (this.#out === 0) this.#emptied();
        return;
      }
      this.#waiting.shift();
      next.take(this.#reservation(next.usd));
    }
  }

  #reservation(reserved: number): Reservation {
    this.#reserved += reserved;
    this.#out += 1;
    return {
      settle: (usd) => {
        this.#reserved -= reserved;
        this.#out -= 1;
        this.#spent += usd;
        this.#serve();
      },
    };
  }
}
