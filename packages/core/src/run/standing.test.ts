// Two numbers of the rules: what a process of the newer ones makes of logs that the older ones have begun.
import { describe, expect, it } from "vitest";
import type { CallOrder } from "../coordination/effect.ts";
import type { Fact } from "../coordination/event.ts";
import { RuleBook, type Rules } from "../coordination/rule-book.ts";
import type { State } from "../coordination/state.ts";
import { transition } from "../coordination/transition.ts";
import { type Scenario, scenario } from "../testing/scenario.ts";
import { replay } from "./replay.ts";
import { canGoOn, lossesOf } from "./standing.ts";

const agents = ["a", "b", "c"];

/** Rules that say something else of each order. */
function changed(number: number, change: (order: CallOrder, state: State) => CallOrder): Rules {
  return {
    number,
    transition(state, fact) {
      const [next, effects] = transition(state, fact);
      return [
        next,
        effects.map((effect) =>
          effect.type === "start-call" ? { ...effect, order: change(effect.order, next) } : effect,
        ),
      ];
    },
  };
}

const first: Rules = { number: 1, transition };
/** Votes are asked for in another order than by the rules before; drafts are not. */
const second = changed(2, (order) =>
  order.purpose.phase === "ballot"
    ? { ...order, purpose: { ...order.purpose, candidates: order.purpose.candidates.toReversed() } }
    : order,
);
const both = new RuleBook([first, second]);

/** The log of a run that a process of these rules has begun. */
function begun(run: Scenario, rules: number): readonly Fact[] {
  return run.facts.map((fact) => (fact.type === "run-started" ? { ...fact, rules } : fact));
}

function drafting(): Scenario {
  const run = scenario({ agents });
  run.drafts("a", "yes");
  return run;
}

function voting(): Scenario {
  const run = drafting();
  run.drafts("b", "no");
  run.drafts("c", "perhaps");
  return run;
}

describe("newer rules and a log of older ones", () => {
  it("go on with it as long as they order the same", () => {
    const { setup } = drafting().state;
    expect(canGoOn(setup, begun(drafting(), 1), both)).toBe(true);
    expect(canGoOn(setup, begun(voting(), 1), both)).toBe(false);
    expect(canGoOn(setup, begun(voting(), 2), both)).toBe(true);
    expect(canGoOn(setup, [], both)).toBe(true);
  });

  it.each<[string, Rules]>([
    ["of another agent", changed(2, (order) => ({ ...order, agentId: "x" }))],
    ["by another name", changed(2, (order) => ({ ...order, callId: `${order.callId}b` }))],
    ["for another purpose", changed(2, (order) => ({ ...order, purpose: { phase: "draft", solo: true } }))],
    ["too many", { number: 2, transition: (state, fact) => twice(transition(state, fact)) }],
    ["and none more", { number: 2, transition: (state) => [state, []] }],
  ])("do not where calls would have been made %s", (_, rules) => {
    const { setup } = drafting().state;
    expect(canGoOn(setup, begun(drafting(), 1), new RuleBook([first, rules]))).toBe(false);
  });

  it("do not judge what rules did that they do not know, older or newer", () => {
    const { setup } = drafting().state;
    expect(canGoOn(setup, begun(drafting(), 1), new RuleBook([second]))).toBe(false);
    expect(canGoOn(setup, begun(drafting(), 2), new RuleBook([first]))).toBe(false);
  });

  it("take over where they went on, and not before: viewers' events keep their numbers", () => {
    const run = drafting();
    const resumed: Fact = { type: "resumed", cause: "handed-back", rules: 2, atMs: 5 };
    // Rules that announce something at each fact, so that events tell by which ones they were made.
    const loud: Rules = {
      number: 2,
      transition(state, fact) {
        const [next, effects] = transition(state, fact);
        return [next, [...effects, { type: "announce", announcement: { type: "round-voided", round: 9 } }]];
      },
    };
    const log = begun(run, 1);
    const before = log.flatMap(replay(run.state.setup));
    const seen = [...log, resumed].flatMap(replay(run.state.setup, undefined, new RuleBook([first, loud])));
    expect(seen.slice(0, before.length)).toEqual(before);
    expect(seen.slice(before.length).map(({ type }) => type)).toEqual(["call-lost", "call-lost", "round-voided"]);
  });
});

describe("losses", () => {
  it("are those in the log, and the one behind it if calls were out", () => {
    const run = drafting();
    const { setup } = run.state;
    expect(lossesOf(setup, run.facts, "lost")).toBe(1);
    expect(lossesOf(setup, run.facts, "handed-back")).toBe(0);
    expect(lossesOf(setup, [], "lost")).toBe(0);
    run.fact({ type: "resumed", cause: "lost", rules: 1, atMs: 0 });
    expect(lossesOf(setup, run.facts, "handed-back")).toBe(1);
    expect(lossesOf(setup, run.facts, "lost")).toBe(2);
    run.fact({ type: "cancelled", atMs: 0 });
    expect(lossesOf(setup, run.facts, "lost")).toBe(1);
  });
});

function twice<S, E>([state, effects]: readonly [S, readonly E[]]): readonly [S, readonly E[]] {
  return [state, [...effects, ...effects]];
}
