import type { Effect } from "../../src/coordination/effect.ts";
import type { Fact } from "../../src/coordination/event.ts";
import { type Rules, ruleBook } from "../../src/coordination/rule-book.ts";
import { type Setup, type State, initialState } from "../../src/coordination/state.ts";
import type { Recording } from "./recordings.ts";

/** The rules by which a log was made. */
function rulesOf(facts: readonly Fact[]): Rules {
  const [first] = facts;
  return ruleBook.nearest(first?.type === "run-started" ? (first.rules ?? 1) : 1);
}

/** The states that facts lead to, with what each fact had for an effect. */
export function* fold(setup: Setup, facts: readonly Fact[]): Generator<readonly [State, readonly Effect[]]> {
  const { transition } = rulesOf(facts);
  let state = initialState(setup);
  for (const fact of facts) {
    const [next, effects] = transition(state, fact);
    state = next;
    yield [state, effects];
  }
}

/** What a log comes to; undefined if the run did not end with an answer. */
export function came(setup: Setup, facts: readonly Fact[]): Recording["came"] | undefined {
  let last: State | undefined;
  let text: string | undefined;
  for (const [state, effects] of fold(setup, facts)) {
    last = state;
    for (const effect of effects)
      if (effect.type === "finish" && effect.result.status === "answered") ({ text } = effect.result);
  }
  const decision = last?.decision;
  if (!last || !decision || text === undefined) return undefined;
  return { winner: decision.winner.id, outcome: decision.outcome, calls: last.calls.length, text };
}
