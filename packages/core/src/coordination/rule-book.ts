import type { Effect } from "./effect.ts";
import type { Fact } from "./event.ts";
import { rulesVersion } from "./rules-version.ts";
import type { State } from "./state.ts";
import { transition } from "./transition.ts";

/** The rules of one number. */
export interface Rules {
  readonly number: number;
  readonly transition: (state: State, fact: Fact) => readonly [State, readonly Effect[]];
}

/** The rules that a process knows: its own, by which its runs go on, and older ones, by which kept logs are folded. */
export class RuleBook {
  /** By number, the newest last. */
  readonly #known: readonly Rules[];
  readonly #newest: Rules;

  /** @param known at least one */
  constructor(known: readonly Rules[]) {
    this.#known = known.toSorted((a, b) => a.number - b.number);
    const newest = this.#known.at(-1);
    if (newest === undefined) throw new TypeError("a rule book needs rules");
    this.#newest = newest;
  }

  /** The number of the newest rules. */
  get number(): number {
    return this.#newest.number;
  }

  get newest(): Rules {
    return this.#newest;
  }

  knows(number: number): boolean {
    return this.#known.some((rules) => rules.number === number);
  }

  /** The rules of this number; where they are not known, the nearest: what a log says is still worth showing. */
  nearest(number: number): Rules {
    return this.#known.find((rules) => rules.number >= number) ?? this.#newest;
  }
}

/**
 * The rules of this package. Whoever raises {@link rulesVersion} keeps the old behaviour here, under its old number,
 * for one release: until then runs of the release before are open somewhere, and their viewers count their events by
 * it.
 */
export const ruleBook = new RuleBook([{ number: rulesVersion, transition }]);
