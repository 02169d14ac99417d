/**
 * Random numbers that depend on a name alone: the same question, agent and purpose give the same numbers in whatever
 * arm of an experiment, so that arms differ by their rules only.
 */
export class Random {
  #state: number;

  constructor(name: string) {
    let h = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
    this.#state = h >>> 0;
  }

  /** In (0, 1), never an end: logarithms of it are finite. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (((z ^ (z >>> 16)) >>> 0) + 0.5) / 0x1_0000_0000;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  /** One of the items, of which there is at least one. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** The standard Gumbel distribution: added to utilities, it makes the largest a draw with odds of e^utility. */
  gumbel(): number {
    return -Math.log(-Math.log(this.next()));
  }

  /** The standard normal distribution. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}
