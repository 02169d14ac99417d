import type { Fact } from "../../src/coordination/event.ts";
import type { Journal } from "../../src/run/journal.ts";
import type { JournaledRun } from "../../src/run/resume-run.ts";

/** Pauses where a test decides what happens next. */
export interface Points {
  readonly pause: (what: string) => Promise<void>;
}

/** The log of one run, which several processes write, with the numbers' fence and nothing else between them. */
export class SharedJournal {
  readonly facts: Fact[] = [];
  readonly #points: Points;
  /** How many answers that say `kept` do not arrive: whoever asks again finds the place taken. */
  lostAnswers = 0;

  constructor(points: Points = { pause: () => Promise.resolve() }) {
    this.#points = points;
  }

  /** Facts as a process reads them from the store. */
  read(from = 0): readonly Fact[] {
    return JSON.parse(JSON.stringify(this.facts.slice(from))) as readonly Fact[];
  }

  /** Writes a fact for somebody who drives nothing. */
  write(fact: Fact): void {
    this.facts.push(fact);
  }

  /** One process's way to the log. */
  for(run: () => JournaledRun | undefined): Journal {
    return {
      append: async (facts, seq) => {
        const copy = JSON.parse(JSON.stringify(facts)) as readonly Fact[];
        await this.#points.pause("append");
        const kept = seq === this.facts.length;
        if (kept) this.facts.push(...copy);
        await this.#points.pause("answer");
        if (kept && this.lostAnswers <= 0) return "kept";
        if (kept) this.lostAnswers -= 1;
        this.tell(run(), seq);
        return "taken";
      },
    };
  }

  /** Tells a process of everything from this number on. */
  tell(run: JournaledRun | undefined, from: number): void {
    for (const [i, fact] of this.read(from).entries()) run?.take(from + i, fact);
  }
}
