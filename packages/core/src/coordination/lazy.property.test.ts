import { randomInt } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Scenario, type ScenarioOptions, scenario } from "../testing/scenario.ts";
import type { Announcement } from "./announcement.ts";
import type { Fact } from "./event.ts";
import { type State, initialState } from "./state.ts";
import { tally } from "./tally.ts";
import { transition } from "./transition.ts";

/**
 * I11: without budget, quorum or deadline, a lazy run whose first drafts agree has the same winner and text as the
 * eager run of the same replies in which the others' drafts arrive last; a lazy vote-only round has the same winner for
 * every possible ballot of those not asked. Outcome label, tally, order of fallback presenters and synthesized text may
 * differ. And an exhaustive run comes to what the rules say without it.
 *
 * FC_SEED repeats a run of this file.
 */
const seed = Number(process.env["FC_SEED"] ?? randomInt(2 ** 31));
const numRuns = Number(process.env["FC_RUNS"] ?? 3000);
console.log(`lazy.property: FC_SEED=${seed}`);

const ids = ["a", "b", "c", "d", "e", "f", "g"];
const numbersArbitrary = fc.array(fc.nat(999_999), { minLength: 20, maxLength: 60 });

/** Numbers as decisions, again from the start when they run out. */
function chooser(numbers: readonly number[]): (n: number) => number {
  let next = 0;
  return (n) => (numbers[next++ % numbers.length] ?? 0) % n;
}

function shuffled<T>(items: readonly T[], choose: (n: number) => number): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(choose(rest.length), 1)[0] as T);
}

const idOf = (call: string): string => call.split(" ")[0] ?? "";
const live = (run: Scenario): string[] => run.live().map(idOf);
const held = (run: Scenario): readonly string[] => run.state.held?.agents ?? [];

/** Texts of which some are the same to the rules, and one that agrees with nobody. */
const texts = ["42", "42.0", "yes", "Yes.", "no", '{"a":1}', '{ "a": 1 }', '{"a":1,"a":2}', "  42  \n"];

interface Reply {
  readonly text: string;
  readonly calls: boolean;
  /** It fails once, and is tried again. */
  readonly stumbles: boolean;
}

function drafts(run: Scenario, id: string, { text, calls, stumbles }: Reply): void {
  run.nowMs += 1;
  if (stumbles) {
    const { callId } = run.order(id);
    run.fails(id, { code: "overloaded" });
    run.fires(`retry ${callId}`);
  }
  const call = { id: `call_${id}`, name: "look", arguments: text };
  run.drafts(id, calls ? `${id} looks` : text, calls ? { toolCalls: [call], finishReason: "tool-calls" } : {});
}

const commonOptions = {
  seed: fc.string({ maxLength: 4 }),
  delivery: fc.constantFrom("live" as const, "whole" as const),
  looseAgreement: fc.boolean(),
  allLocal: fc.boolean(),
};

describe("I11: a lazy run", () => {
  it("whose first drafts agree has the winner and the text of the eager run", () => {
    let agreements = 0;
    fc.assert(
      fc.property(
        fc.record({
          ...commonOptions,
          agents: fc.integer({ min: 2, max: 7 }).map((n) => ids.slice(0, n)),
          lazyFrom: fc.nat(6),
          settings: fc.record({ finalAnswer: fc.constantFrom("auto", "synthesize", "select") }),
        }),
        // Most say one of a few things, so that the first often agree.
        fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 3 })),
        numbersArbitrary,
        ({ lazyFrom, ...options }, [least, kinds], numbers) => {
          const choose = chooser(numbers);
          const calls = choose(3) === 0;
          const replies = new Map<string, Reply>(
            options.agents.map((id) => [
              id,
              { text: texts[(least + choose(kinds)) % texts.length] ?? "", calls, stumbles: choose(5) === 0 },
            ]),
          );
          const reply = (run: Scenario, id: string): void => drafts(run, id, replies.get(id) as Reply);

          const lazy = scenario({ ...options, lazyFrom });
          const first = shuffled(live(lazy), choose);
          for (const id of first) if (live(lazy).includes(id) && lazy.state.decision === undefined) reply(lazy, id);
          const agreed = lazy.announced("agreement-reached").length > 0;
          if (!agreed || lazy.announced("others-called").length > 0) return;
          agreements++;

          const eager = scenario(options);
          const others = shuffled(
            options.agents.filter((id) => !first.includes(id)),
            choose,
          );
          for (const id of [...first, ...others])
            if (eager.state.phase === "drafting" && live(eager).includes(id)) reply(eager, id);
          expect(eager.state.decision?.winner).toEqual(lazy.state.decision?.winner);
          expect(eager.state.decision?.finalAnswer).toBe(lazy.state.decision?.finalAnswer);
          if (lazy.state.phase !== "ended") return;
          const [ours, theirs] = [lazy.result(), eager.result()];
          if (ours.status !== "answered" || theirs.status !== "answered") throw new Error("no answer");
          expect([theirs.text, theirs.toolCalls, theirs.finishReason]).toEqual([
            ours.text,
            ours.toolCalls,
            ours.finishReason,
          ]);
        },
      ),
      { numRuns, seed },
    );
    expect(agreements).toBeGreaterThan(numRuns / 20);
  });

  it("has the winner of its vote-only round for every possible ballot of those not asked", () => {
    let spared = 0;
    fc.assert(
      fc.property(
        fc.record({
          ...commonOptions,
          agents: fc.integer({ min: 2, max: 5 }).map((n) => ids.slice(0, n)),
          lazyFrom: fc.nat(4),
          settings: fc.record({
            selfVotes: fc.constantFrom("auto", "allow", "exclude"),
            maxNewAnswersPerAgent: fc.constantFrom(1, 2),
          }),
        }),
        numbersArbitrary,
        ({ lazyFrom, ...options }, numbers) => {
          const choose = chooser(numbers);
          const favourite = options.agents[choose(options.agents.length)] as string;
          const run = atVote({ ...options, lazyFrom });
          for (let steps = 0; steps < 10 && run.state.phase === "voting"; steps++) {
            const voter = pickOf(live(run), choose);
            const shown = ballotOf(run, voter);
            const liked = shown.find((id) => id === favourite);
            if (choose(9) === 0) run.fails(voter);
            else run.votes(voter, liked !== undefined && choose(6) > 0 ? liked : (shown[choose(shown.length)] ?? ""));
          }
          const { saved, decision } = run.state;
          if (saved.lazy === 0 || !decision) return;
          spared++;
          // In the eager run of the same replies the others vote last, in every possible way, or do not.
          const eager = atVote({ ...options, settings: { ...options.settings, earlyStop: false } });
          for (const { voter, candidate } of ballotFacts(run)) {
            if (candidate === undefined) eager.fails(voter);
            else eager.votes(voter, candidate);
          }
          const unasked = live(eager).filter((id) => !run.state.ballotOrders.has(id));
          expect(unasked).toHaveLength(saved.lazy);
          const order = eager.state.candidates.map(({ id }) => id);
          const inHand = eager.state.round?.ballots ?? [];
          // Whoever had been asked and was out when the vote ended is free too.
          for (const ballots of everyVote(eager, live(eager)))
            expect(tally(order, [...inHand, ...ballots]).leaders).toEqual([decision.winner.id]);
          for (const voter of live(eager)) eager.votes(voter, pickOf(ballotOf(eager, voter), choose));
          expect(eager.state.decision?.winner).toEqual(decision.winner);
        },
      ),
      { numRuns, seed },
    );
    expect(spared).toBeGreaterThan(numRuns / 50);
  });
});

const pickOf = (items: readonly string[], choose: (n: number) => number): string => items[choose(items.length)] ?? "";

function ballotOf(run: Scenario, voter: string): readonly string[] {
  const { purpose } = run.order(voter);
  return purpose.phase === "ballot" ? purpose.candidates.map(({ id }) => id) : [];
}

/** A run in its vote-only round. Where an agent may answer anew, the first one did so in the round before. */
function atVote(options: ScenarioOptions): Scenario {
  const run = scenario(options);
  while (run.state.phase === "drafting") {
    const [id = ""] = live(run);
    run.drafts(id, `The answer of ${id}.`);
  }
  if (!run.state.round?.revisable) return run;
  const voters = live(run);
  for (const [i, id] of voters.entries()) {
    if (i === 0) run.revises(id, "A better one.");
    else run.votes(id, ballotOf(run, id)[0] ?? "");
  }
  return run;
}

/** What the voters of the last round did, in order. One that failed has no candidate. */
function ballotFacts(run: Scenario): { voter: string; candidate?: string }[] {
  const last = run.announced("round-started").at(-1);
  const start = run.effects.findIndex((effect) => effect.type === "announce" && effect.announcement === last);
  return run.effects.slice(start).flatMap((effect) => {
    if (effect.type !== "announce") return [];
    const { announcement } = effect;
    if (announcement.type === "agent-failed") return [{ voter: announcement.agentId }];
    if (announcement.type !== "vote-cast") return [];
    return [{ voter: announcement.agentId, candidate: announcement.candidate }];
  });
}

interface Vote {
  readonly voter: string;
  readonly candidate: string;
  readonly reason: string;
}

/** Every set of ballots that these voters can cast; each may also abstain. */
function everyVote(run: Scenario, voters: readonly string[]): Vote[][] {
  const [voter, ...rest] = voters;
  if (voter === undefined) return [[]];
  const others = everyVote(run, rest);
  const own: Vote[][] = [[], ...ballotOf(run, voter).map((candidate) => [{ voter, candidate, reason: "" }])];
  return own.flatMap((vote) => others.map((more) => [...vote, ...more]));
}

type Selected = Extract<Announcement, { type: "winner-selected" }>;

/** What these facts come to under other settings, up to the decision. */
function decided(state: State, facts: readonly Fact[]): Selected | undefined {
  const settings = { ...state.setup.settings, exhaustive: false };
  let now = initialState({ ...state.setup, settings });
  for (const fact of facts) {
    const [next, effects] = transition(now, fact);
    now = next;
    for (const effect of effects)
      if (effect.type === "announce" && effect.announcement.type === "winner-selected") return effect.announcement;
  }
  return undefined;
}

it("an exhaustive run selects what the rules select without it, and calls everybody", () => {
  const seen = { agreement: 0, early: 0 };
  fc.assert(
    fc.property(
      fc.record({
        ...commonOptions,
        agents: fc.integer({ min: 2, max: 5 }).map((n) => ids.slice(0, n)),
        settings: fc.record({
          exhaustive: fc.constant(true),
          earlyStop: fc.boolean(),
          selfVotes: fc.constantFrom("auto", "allow", "exclude"),
          finalAnswer: fc.constantFrom("auto", "synthesize", "select"),
          maxNewAnswersPerAgent: fc.integer({ min: 1, max: 3 }),
        }),
      }),
      numbersArbitrary,
      (options, numbers) => {
        const choose = chooser(numbers);
        const favourite = options.agents[choose(options.agents.length)] as string;
        const run = scenario(options);
        for (let steps = 0; steps < 100 && run.state.decision === undefined && run.state.phase !== "ended"; steps++) {
          const id = pickOf(live(run), choose);
          run.nowMs += 1;
          const dice = choose(12);
          if (dice === 0) run.fails(id);
          else if (run.state.phase === "drafting") run.drafts(id, texts[choose(texts.length)] ?? "");
          else if (dice === 1) run.ballots(id, { kind: "unusable", problem: "no call" });
          else if (dice === 2 && run.state.round?.revisable) run.revises(id, `better ${steps}`);
          else {
            const shown = ballotOf(run, id);
            run.votes(id, choose(4) > 0 && shown.includes(favourite) ? favourite : pickOf(shown, choose));
          }
        }
        const [ours] = run.announced("winner-selected");
        const theirs = decided(run.state, run.facts);
        if (!ours) {
          expect(theirs).toBeUndefined();
          return;
        }
        const degraded = run.state.degraded.has("presenter-fallback");
        const finalAnswer = degraded ? expect.anything() : ours.finalAnswer;
        expect(theirs).toMatchObject({ agentId: ours.agentId, candidate: ours.candidate, finalAnswer });
        const agreed = run.announced("agreement-reached").length > 0;
        if (agreed) seen.agreement++;
        if (agreed || !options.settings.earlyStop) expect(theirs?.outcome).toBe(ours.outcome);
        else if (ours.cast > (theirs?.cast ?? 0)) seen.early++;
        expect(run.announced("agent-spared")).toEqual([]);
        expect(run.effects.filter(({ type }) => type === "abort-call")).toEqual([]);
        expect(held(run)).toEqual([]);
      },
    ),
    { numRuns, seed },
  );
  expect(Math.min(seen.agreement, seen.early)).toBeGreaterThan(numRuns / 50);
});
