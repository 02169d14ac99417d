import { type Rules, RuleBook, ruleBook } from "@massgen/core/testing";

const { transition } = ruleBook.newest;

/** Rules 1 are the core's, under a number of their own. Rules 2 order the same; rules 3 ask for drafts otherwise. */
const all: readonly Rules[] = [
  { number: 1, transition },
  { number: 2, transition },
  {
    number: 3,
    transition(state, fact) {
      const [next, effects] = transition(state, fact);
      const changed = effects.map((effect) =>
        effect.type === "start-call" && effect.order.purpose.phase === "draft"
          ? { ...effect, order: { ...effect.order, purpose: { phase: "draft", solo: true } as const } }
          : effect,
      );
      return [next, changed];
    },
  },
];

/** What a release knows that has raised the number of the rules to this one: these, and those before. */
export function bookOf(version: number): RuleBook {
  return new RuleBook(all.filter(({ number }) => number <= version));
}
