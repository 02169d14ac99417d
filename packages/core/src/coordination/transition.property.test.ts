import { randomInt } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agree } from "./agreement.ts";
import { type Candidate, keepsFormat } from "./candidate.ts";
import type { CallOrder, Effect } from "./effect.ts";
import type { AnswerReply, BallotReply, Fact, Timer } from "./event.ts";
import type { Failure } from "./receipt.ts";
import { type CoordinationSettings, defaultSettings } from "./settings.ts";
import { type Setup, type State, initialState } from "./state.ts";
import { estimatedPrompt } from "./budget.ts";
import { windowOf } from "./context-window.ts";
import { currentSetup } from "./current-models.ts";
import { tally } from "./tally.ts";
import { transition } from "./transition.ts";

/**
 * The invariants of the rules, checked on arbitrary runs: a team, a rule book, and a list of numbers that decides what
 * the world does next (who answers what, which call fails, which timer fires, what comes too late). Whatever is left
 * when the numbers run out is driven to the end.
 *
 * FC_SEED repeats a run of this file.
 */
const seed = Number(process.env["FC_SEED"] ?? randomInt(2 ** 31));
const runs = Number(process.env["FC_RUNS"] ?? 10_000);
console.log(`transition.property: FC_SEED=${seed}`);

const settingsArbitrary: fc.Arbitrary<CoordinationSettings> = fc
  .record({
    selfVotes: fc.constantFrom("auto", "allow", "exclude"),
    earlyStop: fc.boolean(),
    finalAnswer: fc.constantFrom("auto", "synthesize", "select"),
    maxNewAnswersPerAgent: fc.integer({ min: 1, max: 3 }),
    straggler: fc.option(fc.record({ quorum: fc.integer({ min: 1, max: 4 }), stragglerGraceMs: fc.constant(3000) }), {
      nil: undefined,
    }),
    maxCalls: fc.option(fc.integer({ min: 0, max: 16 }), { nil: undefined, freq: 3 }),
    maxTokens: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined, freq: 3 }),
    maxUsd: fc.option(fc.double({ min: 0, max: 0.3, noNaN: true }), { nil: undefined, freq: 2 }),
    deadlineMs: fc.constantFrom(2000, 60_000, 1_800_000),
    exhaustive: fc.constantFrom(false, false, false, true),
  })
  .map(({ straggler, maxCalls, maxTokens, maxUsd, ...rest }) => ({
    ...defaultSettings,
    ...rest,
    ...(!rest.exhaustive && straggler),
    budget: {
      ...(maxCalls !== undefined && { maxCalls }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(maxUsd !== undefined && { maxUsd }),
    },
  }));

const fallbackArbitrary = fc
  .record({
    able: fc.boolean(),
    outputTokens: fc.integer({ min: 1, max: 30 }),
    contextTokens: fc.option(fc.constantFrom(5, 690, 4096), { nil: undefined, freq: 3 }),
  })
  .map(({ contextTokens, ...model }) => ({ ...model, ...(contextTokens !== undefined && { contextTokens }) }));

const setupArbitrary: fc.Arbitrary<Setup> = fc
  .record({
    runId: fc.constant("run_1"),
    startedAt: fc.constant(0),
    members: fc
      .array(
        fc.record({
          able: fc.boolean(),
          alsoAble: fc.boolean(),
          outputTokens: fc.integer({ min: 1, max: 30 }),
          // Too small for the conversation, for a ballot, for long answers; large enough.
          contextTokens: fc.option(fc.constantFrom(5, 690, 1100, 4096), { nil: undefined, freq: 3 }),
          output: fc.constantFrom(0, 40, 400),
          unlimited: fc.boolean(),
          fallback: fc.option(fallbackArbitrary, { nil: undefined }),
        }),
        { minLength: 1, maxLength: 5 },
      )
      .map((members) =>
        members.map(({ able, alsoAble, outputTokens, contextTokens, fallback, output, unlimited }, i) => ({
          id: `member-${i}`,
          model: "m",
          able: able || alsoAble,
          promptTokens: 10,
          outputTokens,
          tokenLimit: outputTokens,
          ...(contextTokens !== undefined && { contextTokens }),
          price: { input: 10, output },
          ...(unlimited && { unlimited: true as const }),
          ...(fallback && {
            fallback: {
              model: "n",
              promptTokens: 10,
              ...fallback,
              price: { input: 20, output: 2 * output },
              ...(unlimited && { unlimited: true as const }),
            },
          }),
        })),
      ),
    settings: settingsArbitrary,
    delivery: fc.constantFrom("live", "whole"),
    drawSeed: fc.string({ maxLength: 4 }),
    secret: fc.constant("0123456789abcdef"),
    looseAgreement: fc.boolean(),
    allLocal: fc.boolean(),
    lazy: fc.option(fc.record({ from: fc.nat(4) }), { nil: undefined, freq: 2 }),
  })
  .map(({ lazy, ...setup }) => {
    const { exhaustive, quorum } = setup.settings;
    return { ...setup, ...(lazy && !exhaustive && quorum === undefined && { lazy }) };
  });

/** Teams in which laziness and its opposite matter: able, without budget and quorum. */
const fewArbitrary: fc.Arbitrary<Setup> = fc
  .tuple(
    setupArbitrary,
    fc.integer({ min: 3, max: 5 }),
    fc.record({ from: fc.nat(4) }),
    fc.nat(4),
    fc.integer({ min: 1, max: 2 }),
  )
  .map(([{ lazy: _lazy, ...setup }, size, lazy, dice, maxNewAnswersPerAgent]) => {
    const { quorum: _quorum, stragglerGraceMs: _grace, ...settings } = setup.settings;
    const exhaustive = dice === 0;
    return {
      ...setup,
      members: Array.from({ length: size }, (_, i) => ({
        id: `member-${i}`,
        model: "m",
        able: true,
        promptTokens: 10,
        outputTokens: 30,
      })),
      settings: {
        ...settings,
        maxNewAnswersPerAgent,
        budget: {},
        deadlineMs: 1_800_000,
        earlyStop: dice !== 1,
        exhaustive,
      },
      ...(!exhaustive && { lazy }),
    };
  });

const draftTexts = ["yes", "Yes.", "no", "no ", "42", "42.0", "perhaps", "long ".repeat(400)];
const transient: readonly Failure["code"][] = [
  "rate-limited",
  "overloaded",
  "upstream-failed",
  "connection",
  "truncated",
];
const final: readonly Failure["code"][] = [
  "authentication",
  "quota",
  "not-found",
  "timeout",
  "content-filter",
  "internal",
  "context-length",
];

/** Drives a run with numbers and checks after every fact what must hold then. */
class World {
  state: State;
  readonly log: Fact[] = [];
  readonly effects: Effect[] = [];
  /** Calls out, and those that are over. */
  readonly live = new Map<string, CallOrder>();
  readonly over: CallOrder[] = [];
  readonly timers = new Map<Timer, number>();
  /** Agents that a lazy run holds back. */
  readonly held = new Set<string>();
  /** Agents that left the run. */
  readonly gone = new Set<string>();
  readonly begun = new Set<string>();
  /** Agents whose fallback has taken over. */
  readonly fellBack = new Set<string>();
  /** Calls that wait for their turn, also those that ended so. */
  readonly queued = new Set<string>();
  nowMs = 0;
  failedCalls = 0;
  /** Calls that were sent and whose process died, and how often one died while such calls were out. */
  lostCalls = 0;
  losses = 0;
  inputTokens = 0;
  costUsd = 0;
  contentStarted = false;
  /** Calls in which answers were shortened. */
  shortened = 0;
  /** Texts of answers that break the client's format. */
  readonly broken = new Set<string>();
  readonly #format: boolean;
  readonly #texts: readonly string[];
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(setup: Setup, numbers: readonly number[], format: boolean, texts = draftTexts) {
    this.#texts = texts;
    this.#numbers = numbers;
    this.#format = format;
    // With a format nothing is shown before it is certain to keep it.
    this.state = initialState(format ? { ...setup, delivery: "whole" } : setup);
    this.feed({ type: "run-started", atMs: 0 });
  }

  get exhausted(): boolean {
    return this.#next >= this.#numbers.length;
  }

  get ended(): boolean {
    return this.state.phase === "ended";
  }

  /** The next number, below n. */
  choose(n: number): number {
    const number = this.#numbers[this.#next++] ?? 0;
    return number % n;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.choose(items.length)] as T;
  }

  /** One thing that happens in the world. */
  happen(): void {
    const orders = [...this.live.values()];
    const dice = this.choose(23);
    if (dice < 11 && orders.length > 0) this.answer(this.pick(orders));
    else if (dice < 13 && orders.length > 0) this.fail(this.pick(orders));
    else if (dice < 15 && orders.length > 0) this.startContent(this.pick(orders));
    else if (dice < 16) this.nowMs += this.choose(5000);
    else if (dice < 18 && this.timers.size > 0)
      this.fire(this.choose(4) === 0 ? this.pick([...this.timers.keys()]) : this.due());
    else if (dice < 19) this.comeLate();
    else if (dice < 20 && orders.length > 0) this.queue(this.pick(orders));
    else if (dice < 21) this.send();
    else if (dice < 22) this.meddle();
    else if (this.choose(12) === 0) this.feed({ type: "cancelled", atMs: this.nowMs });
  }

  /** Something that few runs see. */
  meddle(): void {
    const dice = this.choose(4);
    if (dice === 0) this.feed({ type: "answer-now", atMs: this.nowMs });
    else if (dice === 1) this.crash();
    else this.reportLate();
  }

  /** A call has to wait for its turn, which may come too late. */
  queue({ callId }: CallOrder): void {
    if (this.begun.has(callId)) return;
    const leastMs = this.choose(2) * this.choose(100_000);
    this.queued.add(callId);
    this.feed({ type: "call-queued", callId, leastMs, reason: "max_concurrency 1", atMs: this.nowMs });
    check(
      this.ended || this.nowMs + leastMs < this.state.setup.settings.deadlineMs || !this.live.has(callId),
      "nobody waits for a turn beyond the deadline",
    );
  }

  /** The turn of a call comes that waited for it. */
  send(): void {
    const waiting = [...this.queued].filter((id) => this.live.has(id));
    if (waiting.length > 0) this.sendNow(this.pick(waiting));
  }

  sendNow(callId: string): void {
    if (!this.queued.delete(callId)) return;
    this.feed({ type: "call-sent", callId, atMs: this.nowMs });
  }

  /** A call that was aborted, or lost, says what it cost. */
  reportLate(): void {
    if (this.ended) return;
    const silent = this.state.calls.filter(
      ({ callId, status, usage }) =>
        (status === "aborted" || status === "lost") && usage === undefined && !this.queued.has(callId),
    );
    if (silent.length === 0) return;
    const usage = { inputTokens: 1 + this.choose(30), outputTokens: 1 };
    this.inputTokens += usage.inputTokens;
    const { callId } = this.pick(silent);
    const timing = { sentAtMs: 1 };
    const costUsd = this.price();
    check(
      this.feed({ type: "call-aborted", callId, usage, costUsd, timing, atMs: this.nowMs }).length === 0,
      "what an aborted call reports has no effect",
    );
    const record = this.state.calls.find((call) => call.callId === callId);
    check(record?.usage === usage && record.timing === timing && record.costUsd === costUsd, "figures are copied");
  }

  /** The process dies, and another goes on, perhaps much later. I10: it makes the live calls again, and no other. */
  crash(): void {
    const cause = this.choose(3) === 0 ? "handed-back" : "lost";
    if (this.choose(3) === 0) this.nowMs += this.choose(2_000_000);
    const lost = [...this.live.values()];
    this.live.clear();
    this.over.push(...lost);
    const sent = lost.filter(({ callId }) => !this.queued.has(callId)).length;
    this.lostCalls += sent;
    if (cause === "lost" && sent > 0 && !this.ended) this.losses++;
    const effects = this.ended ? [] : this.feed({ type: "resumed", cause, rules: 1, atMs: this.nowMs });
    const again = effects.flatMap((effect) =>
      effect.type === "start-call" && effect.order.repeats ? [effect.order] : [],
    );
    const asked = new Set(again.map(questionOf));
    check(asked.size === again.length, "I10: a lost call is made again once");
    check(
      again.every((order) =>
        lost.some((gone) => questionOf(gone) === questionOf(order) && gone.agentId === order.agentId),
      ),
      "I10: a crash makes only live calls again",
    );
    check(this.state.losses === this.losses, "each crash counts that calls were out in");
    check(
      !effects.some((effect) => effect.type === "abort-call" && lost.some(({ callId }) => callId === effect.callId)),
      "nobody aborts what is gone",
    );
  }

  /** What a call cost: less than was reserved, more, or unknown. */
  price(): number | null {
    const costUsd = this.pick([0, 0.0001, 0.003, 0.1, null]);
    this.costUsd += costUsd ?? 0;
    return costUsd;
  }

  answer(order: CallOrder): void {
    const { callId, purpose } = order;
    this.sendNow(callId);
    const report =
      this.choose(2) === 0
        ? {}
        : { usage: { inputTokens: 1 + this.choose(30), outputTokens: 1 }, costUsd: this.price() };
    const facts = { callId, ...report, atMs: this.nowMs };
    switch (purpose.phase) {
      case "draft":
        this.close(order, report.usage, { type: "draft-finished", reply: this.draft(), ...facts });
        return;
      case "ballot":
        this.close(order, report.usage, { type: "ballot-finished", reply: this.ballot(purpose), ...facts });
        return;
      case "presentation":
        this.close(order, report.usage, { type: "presentation-finished", reply: this.draft(), ...facts });
    }
  }

  draft(): AnswerReply {
    switch (this.choose(12)) {
      case 0:
        return { text: "", toolCalls: [], finishReason: "stop", problem: "empty" };
      case 1:
        return { text: "par", toolCalls: [], finishReason: "content-filter", problem: "filtered" };
      case 2:
        return this.formatted({ text: this.pick(this.#texts), toolCalls: [], finishReason: "length" });
      case 3:
      case 4: {
        const call = { id: "c", name: this.pick(["look", "find"]), arguments: this.pick(['{"a":1}', '{ "a": 1 }']) };
        return { text: "", toolCalls: [call], finishReason: "tool-calls" };
      }
      default:
        return this.formatted({ text: this.pick(this.#texts), toolCalls: [], finishReason: "stop" });
    }
  }

  /** An answer that may turn out to break the client's format. */
  formatted(reply: AnswerReply): AnswerReply {
    if (!this.#format || this.choose(2) === 0) return reply;
    const text = `broken ${this.choose(3)}`;
    this.broken.add(text);
    return { ...reply, text, violation: "it is not JSON" };
  }

  ballot(purpose: Extract<CallOrder["purpose"], { phase: "ballot" }>): BallotReply {
    const dice = this.choose(10);
    if (dice === 0) return { kind: "unusable", problem: "no call" };
    if (dice < 3 && purpose.revisable) return { kind: "new-answer", content: this.pick(this.#texts) };
    // Many want the same.
    const [favourite] = purpose.candidates.map(({ id }) => id).toSorted();
    const candidate = dice < 7 && favourite !== undefined ? favourite : this.pick(purpose.candidates).id;
    return { kind: "vote", candidate, reason: "agent1 over agent2" };
  }

  fail(order: CallOrder): void {
    // In line only time runs out, or the line is closed.
    if (this.choose(4) > 0) this.sendNow(order.callId);
    const unsent = this.queued.has(order.callId);
    const code = this.pick(this.choose(2) === 0 ? transient : final);
    const wait = this.choose(3) === 0 ? { retryAfterMs: this.choose(40_000) } : {};
    const usage = !unsent && this.choose(2) === 0 ? { inputTokens: 1 + this.choose(9), outputTokens: 1 } : undefined;
    const begun = this.begun.has(order.callId) || this.choose(3) === 0;
    const { callId } = order;
    const named = this.choose(2) === 0 ? {} : { contextTokens: this.pick([300, 800, 2000]), promptTokens: 900 };
    const failure: Failure = { code, message: "it broke", ...wait, ...(code === "context-length" && named) };
    if (!unsent) this.failedCalls++;
    this.close(order, usage, {
      type: "call-failed",
      callId,
      failure,
      begun,
      ...(usage && { usage, costUsd: this.price() }),
      atMs: this.nowMs,
    });
  }

  startContent(order: CallOrder): void {
    const writes = order.purpose.phase === "presentation" || (order.purpose.phase === "draft" && order.purpose.solo);
    if (!writes || this.begun.has(order.callId)) return;
    this.sendNow(order.callId);
    this.begun.add(order.callId);
    this.contentStarted = true;
    this.feed({ type: "content-started", callId: order.callId, atMs: this.nowMs });
  }

  due(): Timer {
    return [...this.timers].toSorted(([, a], [, b]) => a - b)[0]?.[0] as Timer;
  }

  fire(timer: Timer): void {
    this.nowMs = Math.max(this.nowMs, this.timers.get(timer) ?? 0);
    this.timers.delete(timer);
    this.feed({ type: "timer-fired", timer, atMs: this.nowMs });
  }

  /** I2, I8: something about a call that is over, or that never was. Only what it cost may still be booked. */
  comeLate(): void {
    const order = this.choose(4) === 0 || this.over.length === 0 ? undefined : this.pick(this.over);
    const callId = order?.callId ?? "call-999";
    const atMs = this.nowMs;
    const candidate = this.state.candidates[0]?.id ?? "nobody";
    const facts: readonly Fact[] = [
      { type: "draft-finished", callId, reply: this.draft(), atMs },
      { type: "ballot-finished", callId, reply: { kind: "vote", candidate, reason: "" }, atMs },
      { type: "ballot-finished", callId, reply: { kind: "new-answer", content: "late" }, atMs },
      { type: "presentation-finished", callId, reply: this.draft(), atMs },
      { type: "content-started", callId, atMs },
      { type: "call-failed", callId, failure: { code: "connection", message: "late" }, begun: false, atMs },
      { type: "call-queued", callId, leastMs: this.choose(2) * 2_000_000, reason: "late", atMs },
      { type: "call-sent", callId, atMs },
      { type: "call-aborted", callId, atMs },
      { type: "timer-fired", timer: "retry call-999", atMs },
      { type: "run-started", atMs },
    ];
    const before = this.state;
    const effects = this.feed(this.pick(facts));
    check(effects.length === 0, "a late fact has no effect");
    check(isDeepStrictEqual({ ...this.state, nowMs: 0 }, { ...before, nowMs: 0 }), "a late fact changes nothing");
  }

  /** A call ends with a fact. */
  close(order: CallOrder, usage: { inputTokens: number } | undefined, fact: Fact): void {
    this.live.delete(order.callId);
    this.over.push(order);
    this.inputTokens += usage?.inputTokens ?? 0;
    this.feed(fact);
  }

  feed(fact: Fact): readonly Effect[] {
    const before = this.state;
    const [state, effects] = transition(before, fact);
    this.log.push(fact);
    if (before.phase === "ended") {
      check(effects.length === 0 && state === before, "I7: nothing happens after the end");
      const usage = { inputTokens: 1, outputTokens: 1 };
      const [booked, none] = transition(before, { type: "usage-reported", callId: "call-1", usage, atMs: this.nowMs });
      check(none.length === 0 && booked.phase === "ended", "I7: what a call used is booked without effect");
      return effects;
    }
    checkSources(before, state, fact);
    this.state = state;
    for (const [i, effect] of effects.entries()) this.take(effect, effects.length - i - 1);
    this.checkHeld();
    const spared = effects.some(
      (e) => e.type === "announce" && e.announcement.type === "agent-spared" && e.announcement.why === "early-stop",
    );
    if (spared) checkEarlyStop(before, fact, winnerIn(effects));
    return effects;
  }

  /**
   * What is known of a model's window bounds its calls; a repetition that quotes a reply is held to no more than a
   * warning.
   */
  checkWindow({ agentId, purpose, retryOf }: CallOrder): void {
    const window = windowOf(this.state, agentId);
    if (window === undefined || retryOf !== undefined) return;
    check(
      estimatedPrompt(currentSetup(this.state), agentId, purpose) < window,
      "a prompt fits the window of its model",
    );
    if (purpose.phase !== "draft" && purpose.shownChars !== undefined) this.shortened++;
  }

  /** Who is held back waits for somebody, and not for ever. */
  checkHeld(): void {
    const { held, agents, phase } = this.state;
    check(isDeepStrictEqual([...this.held], held?.agents ?? []), "who is held back is told, and when it ends");
    if (!held) return;
    check(phase === "drafting" || phase === "voting", "nobody is held back for longer than a phase");
    check(this.timers.has("hedge"), "who is held back has a timer");
    check(
      [...agents.values()].some(({ task }) => task),
      "somebody is held back only while others are called",
    );
    check(
      held.agents.every((id) => agents.get(id)?.status === "active" && !agents.get(id)?.task),
      "who is held back is well and does nothing",
    );
  }

  /** The fallback follows on one failed call of the first model, and stays. */
  checkModel({ callId, agentId, model }: CallOrder): void {
    const { setup, calls } = this.state;
    check(calls.find((call) => call.callId === callId)?.model === model, "the record names the order's model");
    if (model === "primary") {
      check(!this.fellBack.has(agentId), "an agent keeps its fallback");
      return;
    }
    if (this.fellBack.has(agentId)) return;
    this.fellBack.add(agentId);
    const failed = this.log.at(-1);
    const codes = ["not-found", "authentication", "permission", "quota", "overloaded"];
    check(failed?.type === "call-failed" && codes.includes(failed.failure.code), "the model was not to be had");
    const past = this.over.find((one) => failed?.type === "call-failed" && one.callId === failed.callId);
    check(past?.agentId === agentId && past.model === "primary", "the fallback gets the task of the call that failed");
    check(setup.members.find(({ id }) => id === agentId)?.fallback?.able === true, "the fallback can take it");
  }

  take(effect: Effect, followers: number): void {
    this.effects.push(effect);
    switch (effect.type) {
      case "start-call":
        this.checkWindow(effect.order);
        this.start(effect.order);
        return;
      case "abort-call": {
        const order = this.live.get(effect.callId);
        check(order !== undefined, "an abort names a live call");
        this.live.delete(effect.callId);
        if (order) this.over.push(order);
        return;
      }
      case "start-timer":
        this.timers.set(effect.timer, effect.atMs);
        check(
          !effect.timer.startsWith("retry ") || effect.atMs < this.state.setup.settings.deadlineMs,
          "no retry is planned beyond the deadline",
        );
        return;
      case "stop-timer":
        this.timers.delete(effect.timer);
        if (effect.timer === "hedge") this.held.clear();
        return;
      case "deliver":
        check(
          effect.text === "" || !this.contentStarted || this.state.setup.delivery === "whole",
          "no second answer after the client has seen the beginning of one",
        );
        return;
      case "announce":
        switch (effect.announcement.type) {
          case "agents-held":
            for (const id of effect.announcement.agentIds) this.held.add(id);
            return;
          case "agent-failed":
          case "agent-dropped":
          case "agent-excluded":
          case "presentation-failed":
            this.gone.add(effect.announcement.agentId);
            return;
          case "agent-spared":
            if (effect.announcement.phase === "draft") this.gone.add(effect.announcement.agentId);
            return;
          default:
            return;
        }
      case "finish":
        check(followers === 0, "I7: finish is the last effect");
        check(this.live.size === 0, "no call is left out at the end");
    }
  }

  start(order: CallOrder): void {
    const { setup, calls } = this.state;
    const { maxCalls, maxTokens, maxUsd } = setup.settings.budget;
    check(![...this.live.values()].some((other) => other.agentId === order.agentId), "I3: one live call per agent");
    check(!this.gone.has(order.agentId), "an agent that left is not called again");
    this.checkModel(order);
    check(!this.held.has(order.agentId), "who is held back is not called");
    const before = this.over.filter((past) => questionOf(past) === questionOf(order)).map(({ callId }) => callId);
    check(
      calls.every(({ callId, status }) => status !== "finished" || !before.includes(callId)),
      "I10: a finished call is never made again",
    );
    check(![...this.live.values(), ...this.over].some((other) => other.callId === order.callId), "call ids are new");
    this.live.set(order.callId, order);
    const unsent = new Set(this.over.map((past) => past.callId).filter((id) => this.queued.has(id)));
    const made = this.effects.filter((effect) => effect.type === "start-call").length - unsent.size;
    if (maxCalls !== undefined) check(made <= maxCalls, "max_calls is never exceeded");
    const upToThis = calls
      .slice(0, calls.findIndex((call) => call.callId === order.callId) + 1)
      .filter(({ callId }) => !unsent.has(callId));
    if (maxUsd !== undefined) {
      const booked = upToThis.map(({ costUsd, unbilled, reservedUsd }) => costUsd ?? (unbilled ? 0 : reservedUsd));
      check(!booked.includes(undefined), "every call reserves what it may cost");
      check(booked.reduce<number>((sum, usd = 0) => sum + usd, 0) <= maxUsd + 1e-12, "no call starts beyond max_usd");
      const member = setup.members.find(({ id }) => id === order.agentId);
      const { price, unlimited } = (order.model === "fallback" ? member?.fallback : member) ?? {};
      check(
        (order.budgetTokens !== undefined) ===
          (order.purpose.phase !== "ballot" && unlimited === true && price !== undefined && price.output > 0),
        "max_usd limits an answer that nothing else limits",
      );
      const paid = ((order.budgetTokens ?? 0) * (price?.output ?? 0)) / 1_000_000;
      check(paid <= (order.reservedUsd ?? 0), "what an answer may be is paid for");
    }
    if (maxTokens !== undefined) {
      const booked = upToThis.map(({ usage, reservedTokens }) =>
        usage ? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0) : reservedTokens,
      );
      check(booked.reduce((sum, tokens) => sum + tokens, 0) <= maxTokens, "no call starts beyond max_tokens");
    }
    if (order.purpose.phase === "draft") return;
    const known = new Set(this.state.candidates.map((candidate) => candidate.id));
    check(
      order.purpose.candidates.every((candidate) => known.has(candidate.id)),
      "only candidates are shown",
    );
    // A call that is repeated asks the same question again, whatever has been answered meanwhile.
    const repeated = this.over.some((past) => past.purpose === order.purpose);
    check(
      order.purpose.candidates.every(keepsFormat) ||
        !(repeated ? order.purpose : this.state).candidates.some(keepsFormat),
      "what breaks the format is not shown beside what keeps it",
    );
    check(new Set(order.purpose.candidates).size === order.purpose.candidates.length, "each candidate is shown once");
  }

  /** I4: everyone who is out fails, until it is over. */
  failEverybody(): void {
    for (let steps = 0; !this.ended && steps < 200; steps++) {
      const [order] = this.live.values();
      if (order) this.fail(order);
      else this.fire(this.due());
    }
    check(this.ended, "I4: a run whose agents all fail ends");
  }

  /** I4: nobody says anything any more; the timers end the run. */
  waitItOut(): void {
    while (!this.ended && this.timers.size > 0) this.fire(this.due());
    check(this.ended, "I4: a run ends at its deadline");
  }
}

/** The first call that asked the same. */
function questionOf({ callId, repeats = callId }: CallOrder): string {
  return repeats;
}

class BrokenRule extends Error {}

function check(holds: boolean, rule: string): void {
  if (!holds) throw new BrokenRule(rule);
}

/** I8: candidates and votes come from the reply of a live call and from nothing else. */
function checkSources(before: State, after: State, fact: Fact): void {
  const live = "callId" in fact && before.calls.some((call) => call.callId === fact.callId && call.status === "live");
  const mayAdd =
    live && (fact.type === "draft-finished" || (fact.type === "ballot-finished" && fact.reply.kind === "new-answer"));
  const added = after.candidates.length - before.candidates.length;
  check(added === 0 || (added === 1 && mayAdd), "I8: a candidate comes from a live call");
  const votes =
    after.round && after.round.number === before.round?.number
      ? after.round.ballots.length - before.round.ballots.length
      : 0;
  const mayVote = live && fact.type === "ballot-finished" && fact.reply.kind === "vote";
  check(votes <= 0 || (votes === 1 && mayVote), "I8: a vote comes from a live call");
}

function winnerIn(effects: readonly Effect[]): string | undefined {
  for (const effect of effects)
    if (effect.type === "announce" && effect.announcement.type === "winner-selected")
      return effect.announcement.candidate;
  return undefined;
}

/** I6: the same moment without early stop, and everyone who is still out votes for the runner-up. */
function checkEarlyStop(before: State, fact: Fact, winner: string | undefined): void {
  const settings = { ...before.setup.settings, earlyStop: false };
  let [state, effects] = transition({ ...before, setup: { ...before.setup, settings } }, fact);
  const counted = tally(
    state.candidates.map((candidate) => candidate.id),
    state.round?.ballots ?? [],
  );
  const runnerUp = counted.ranking[1]?.candidate ?? winner ?? "";
  for (let turns = 0; winnerIn(effects) === undefined && turns < 20; turns++) {
    const task = [...state.agents.values()].find((agent) => agent.task)?.task;
    if (!task) break;
    const { callId } = task.order;
    const reply = { kind: "vote", candidate: runnerUp, reason: "" } as const;
    const vote: Fact = task.live
      ? { type: "ballot-finished", callId, reply, atMs: state.nowMs }
      : { type: "timer-fired", timer: `retry ${callId}`, atMs: state.nowMs };
    [state, effects] = transition(state, vote);
  }
  check(winnerIn(effects) === winner, "I6: an early stop decides what the whole vote would have decided");
}

/** What must be true of a run that is over. */
function checkEnd(world: World): void {
  const { effects, state, log } = world;
  const finishes = effects.flatMap((effect) => (effect.type === "finish" ? [effect.result] : []));
  check(finishes.length === 1, "a run finishes exactly once");
  const [result] = finishes;
  if (!result) return;
  const { receipt } = result;

  const count = (type: Effect["type"]): number => effects.filter((effect) => effect.type === type).length;
  const unsent = (type: "start-call" | "abort-call"): number =>
    effects.filter(
      (effect) =>
        (effect.type === "start-call" && type === effect.type && world.queued.has(effect.order.callId)) ||
        (effect.type === "abort-call" && type === effect.type && world.queued.has(effect.callId)),
    ).length;
  check(receipt.calls.made === count("start-call") - unsent("start-call"), "calls made = calls sent");
  check(receipt.calls.aborted === count("abort-call") - unsent("abort-call"), "calls aborted = sent calls ended by us");
  check(receipt.calls.failed === world.failedCalls, "calls failed = calls that failed");
  check(receipt.calls.lost === world.lostCalls, "calls lost = sent calls whose process died");
  const unknown = state.calls.some(({ status, usage, queued }) => status === "lost" && !usage && !queued);
  check(!unknown || !receipt.usageComplete, "what a lost call used is unknown");
  check((receipt.usage?.inputTokens ?? 0) === world.inputTokens, "usage is the sum of what was reported");
  const { agreement, earlyStop, lazy } = receipt.calls.saved;
  const spared = effects.filter((e) => e.type === "announce" && e.announcement.type === "agent-spared");
  const uncalled = spared.filter((e) => e.type === "announce" && "called" in e.announcement && !e.announcement.called);
  check(lazy === uncalled.length, "calls saved by laziness = agents that were spared and never called");
  check(earlyStop + (agreement > 0 ? 0 : lazy) <= spared.length, "no more is saved than was spared");
  check(
    receipt.agents.every(({ id, status }) => status !== "too-slow" || state.calls.some((call) => call.agentId === id)),
    "nobody is called slow that was never asked",
  );
  check(Math.abs((receipt.costUsd ?? 0) - world.costUsd) < 1e-9, "costs are the sum of what each call cost");
  const unpriced = state.calls.some(
    ({ costUsd, unbilled, queued }) => typeof costUsd !== "number" && !unbilled && !queued,
  );
  check(receipt.costComplete === !unpriced, "costs are complete if each call that somebody pays for has one");
  const fallbacks = receipt.agents.filter(({ fallback }) => fallback).map(({ id }) => id);
  check(isDeepStrictEqual(new Set(fallbacks), world.fellBack), "the receipt names who fell back");
  const told = effects.filter(
    (effect) => effect.type === "announce" && effect.announcement.type === "fallback-started",
  );
  check(told.length === fallbacks.length, "each agent falls back once");
  check(receipt.degraded === receipt.reasons.length > 0, "degraded has reasons");
  check(count("deliver") <= 1, "an answer is delivered once");

  if (result.status === "answered") {
    const winner = state.decision?.winner;
    check(winner !== undefined && state.candidates.includes(winner), "the winner is a candidate");
    check(receipt.winner === winner?.agentId, "the receipt names the winner");
    check(receipt.outcome !== "failed", "an answer has an outcome");
    check(
      !world.broken.has(result.text) || result.finishReason === "length" || result.toolCalls.length > 0,
      "I9: what goes out keeps the client's format, calls tools, or says that it was cut",
    );
    check(
      keepsFormat(winner as Candidate) || !state.candidates.some(keepsFormat),
      "what breaks the format wins only where nothing keeps it",
    );
    const verbatim = receipt.finalAnswer === "select";
    const { settings, allLocal, looseAgreement } = state.setup;
    const agreed = effects.flatMap((effect) =>
      effect.type === "announce" && effect.announcement.type === "agreement-reached"
        ? effect.announcement.agentIds
        : [],
    );
    const group = state.candidates.filter(({ agentId, version }) => version === 1 && agreed.includes(agentId));
    check(
      group.every((a) => agree(a, winner as Candidate, { loose: looseAgreement === true })),
      "who is said to agree does",
    );
    const spelled = (text: string): number => group.filter((member) => member.text.trim() === text.trim()).length;
    check(
      group.length === 0 ||
        !/^yes/i.test(winner?.text ?? "") ||
        group.every(({ text }) => spelled(text) <= spelled(winner?.text ?? "") || group.some(({ cut }) => cut)),
      "the most frequent spelling goes out",
    );
    const { tied = [], tally: counted } = state.decision ?? {};
    const saidNothing =
      tied.length > 0 && (counted?.cast === 0 || (allLocal && counted?.ranking.length === tied.length));
    check(
      settings.finalAnswer !== "auto" || !saidNothing || verbatim,
      "nobody writes on top of a vote that said nothing",
    );
    check(!verbatim || (result.text === winner?.text && result.toolCalls === winner.toolCalls), "select is verbatim");
    const sum = Object.values(receipt.tally).reduce((a, b) => a + b, 0);
    check(sum === receipt.votes.length, "the tally counts the votes");
    check(
      receipt.votes.every((vote) =>
        receipt.agents.some((agent) => agent.id === vote.voter && agent.status !== "unsupported-input"),
      ),
      "voters are agents",
    );
  } else {
    check(receipt.outcome === "failed" && receipt.presenter === undefined, "no answer, no presenter");
  }

  // As a store gives them back.
  const kept = JSON.parse(JSON.stringify({ setup: state.setup, log })) as { setup: Setup; log: Fact[] };
  let replayed = initialState(kept.setup);
  const again: Effect[] = [];
  for (const fact of kept.log) {
    const [next, produced] = transition(replayed, fact);
    replayed = next;
    again.push(...produced);
  }
  // fast-check's records have no prototype.
  replayed = { ...replayed, setup: state.setup };
  check(isDeepStrictEqual(again, effects) && isDeepStrictEqual(replayed, state), "I5: the same log, the same result");
}

const numbersArbitrary = fc.array(fc.nat(999_999), { maxLength: 120, size: "max" });
const longNumbers = fc.array(fc.nat(999_999), { minLength: 60, maxLength: 120, size: "max" });

/** Drives a run to its end, checks what must hold, and counts what it met. */
function drive(world: World, patient: boolean, count: (kind: string) => void): void {
  while (!world.exhausted && !world.ended) world.happen();
  if (patient) world.waitItOut();
  else world.failEverybody();
  world.feed({ type: "timer-fired", timer: "deadline", atMs: world.nowMs });
  checkEnd(world);
  if (world.shortened > 0) count("shortened");
  for (const order of [...world.live.values(), ...world.over])
    if (order.retryOf?.answer !== undefined) count(`repair ${order.purpose.phase}`);
  for (const effect of world.effects)
    if (effect.type === "start-call" && effect.order.model === "fallback")
      count(`fallback ${effect.order.purpose.phase}`);
  const { saved, decision } = world.state;
  if (saved.lazy > 0) count(decision && decision.tally.cast > 0 ? "ballots saved" : "drafts saved");
  if ((decision?.measured ?? []).length > 0) count("measured");
  for (const effect of world.effects) count(kindOf(effect));
}

function kindOf(effect: Effect): string {
  if (effect.type === "finish") return `${effect.result.status} ${effect.result.receipt.outcome}`;
  if (effect.type !== "announce") return effect.type;
  const { announcement } = effect;
  if (announcement.type !== "others-called") return announcement.type;
  return `${announcement.phase}s of the others: ${announcement.why}`;
}

/** The kinds that were not met. A property that never meets a case says nothing about it. */
function unmet(seen: ReadonlyMap<string, number>, kinds: readonly string[]): string[] {
  return kinds.filter((kind) => !seen.has(kind));
}

describe("the rules hold for every order of facts", () => {
  it(`in ${runs} arbitrary runs (I1 to I10, budget, receipt)`, () => {
    const seen = new Map<string, number>();
    const count = (kind: string): void => void seen.set(kind, (seen.get(kind) ?? 0) + 1);
    fc.assert(
      fc.property(setupArbitrary, numbersArbitrary, fc.boolean(), fc.boolean(), (setup, numbers, patient, format) =>
        drive(new World(setup, numbers, format), patient, count),
      ),
      { numRuns: runs, seed },
    );
    // Each of these is met twenty times and more. A plurality is too rare to ask for: no more than a handful.
    const common = [
      "agreement-reached",
      "round-voided",
      "agent-spared",
      "agents-held",
      "agent-dropped",
      "presentation-failed",
      "call-retried",
      "call-queued",
      "call-sent",
      "call-lost",
      "fallback-started",
      "fallback ballot",
      "answer-now",
      "repair draft",
      "repair presentation",
      "shortened",
    ];
    const ends = [
      "answered unanimous",
      "answered majority",
      "answered tied",
      "answered single",
      "failed failed",
      "cancelled failed",
    ];
    expect(unmet(seen, [...common, ...ends])).toEqual([]);
  });

  it(`in ${runs / 5} runs of able teams that are lazy or exhaustive`, () => {
    const seen = new Map<string, number>();
    const count = (kind: string): void => void seen.set(kind, (seen.get(kind) ?? 0) + 1);
    fc.assert(
      fc.property(fewArbitrary, longNumbers, fc.boolean(), fc.nat(3), (setup, numbers, patient, format) =>
        drive(new World(setup, numbers, format === 0, ["yes", "Yes.", "no"]), patient, count),
      ),
      { numRuns: Math.ceil(runs / 5), seed },
    );
    const common = [
      "agents-held",
      "drafts of the others: difference",
      "drafts of the others: failure",
      "drafts of the others: repair",
      "drafts of the others: slow",
      "ballots of the others: undecided",
      "ballots of the others: slow",
      "drafts saved",
      "ballots saved",
      "measured",
      "answer-now",
      "call-lost",
      "round-voided",
    ];
    expect(unmet(seen, common)).toEqual([]);
  });
});
