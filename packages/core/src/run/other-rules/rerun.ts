import type { RunResult } from "../../coordination/announcement.ts";
import type { CallOrder, Effect } from "../../coordination/effect.ts";
import type { Fact, Timer } from "../../coordination/event.ts";
import { ruleBook } from "../../coordination/rule-book.ts";
import { type Setup, type State, initialState } from "../../coordination/state.ts";
import type { RecordedCall, RecordedRun } from "./recorded-run.ts";
import { sameQuestion } from "./same-question.ts";

/** What happens next, unless it is called off. */
interface Coming {
  readonly fact: Fact;
  readonly atMs: number;
  /** Its place in the log, which decides between what comes at the same time. */
  readonly seq: number;
}

/** A call of which the log says nothing. */
interface Unanswered {
  readonly order: CallOrder;
  /** Until then it had not answered; after that nobody knows. */
  readonly quietUntilMs: number;
  /** Whether the recorded run made it, and called it off or broke off itself. */
  readonly calledOff: boolean;
}

/** How far a run came. */
export interface Rerun {
  readonly state: State;
  /** Absent if it cannot go on, since nobody knows what comes next. */
  readonly result?: RunResult;
  /** Calls that are out and that the log does not answer. */
  readonly unanswered: readonly Unanswered[];
}

/**
 * Runs a recorded run again, under another setup, in no time: calls take as long as they took. What the log does not
 * answer comes last.
 * @param votes what is assumed of ballots that the log does not answer: the candidate, by the id of the call
 */
export function rerun(setup: Setup, recorded: RecordedRun, votes: ReadonlyMap<string, string> = new Map()): Rerun {
  const unused = [...recorded.calls];
  /** By the ids of this run's calls, the ids that they had. */
  const ids = new Map<string, string>();
  const unanswered = new Map<string, Unanswered>();
  const timers = new Map<Timer, Coming>();
  let coming: readonly Coming[] = recorded.others;
  let state = initialState(setup);
  let result: RunResult | undefined;

  function start(order: CallOrder): void {
    const { callId } = order;
    const call = sameQuestion(order, unused);
    if (call) unused.splice(unused.indexOf(call), 1);
    if (call) ids.set(callId, call.order.callId);
    const delayMs = call ? state.nowMs - call.startedAtMs : 0;
    if (!call || !isAnswered(call)) {
      const quietUntilMs = call ? call.endedAtMs + delayMs : state.nowMs;
      unanswered.set(callId, { order, quietUntilMs, calledOff: call !== undefined });
    }
    const facts = (call?.facts ?? []).map(({ fact, atMs, seq }) => {
      const at = atMs + delayMs;
      return { fact: { ...fact, callId, atMs: at } as Fact, atMs: at, seq };
    });
    coming = [...coming, ...facts];
  }

  function setTimer(timer: Timer, atMs: number): void {
    const [, call] = /^retry (.+)$/.exec(timer) ?? [];
    const known = call === undefined ? timer : `retry ${ids.get(call) ?? ""}`;
    // A timer fires a little late, and the log says how late.
    const fired = recorded.timers.find((one) => one.timer === known && one.setForMs === atMs);
    const gap = recorded.gaps.find(({ fromMs, toMs }) => fromMs < atMs && atMs < toMs);
    // Nobody was there at its time, so that whoever went on found it due.
    const late = gap && { atMs: gap.toMs, seq: gap.seq + 0.5 };
    const when = fired ?? late ?? { atMs, seq: Infinity };
    timers.set(timer, { fact: { type: "timer-fired", timer, atMs: when.atMs }, atMs: when.atMs, seq: when.seq });
  }

  function take(effect: Effect): void {
    if (effect.type === "start-call") start(effect.order);
    else if (effect.type === "start-timer") setTimer(effect.timer, effect.atMs);
    else if (effect.type === "stop-timer") timers.delete(effect.timer);
    else if (effect.type === "finish") result = effect.result;
  }

  /** Returns whether the run has ended. */
  function feed(fact: Fact): boolean {
    const [next, effects] = ruleBook.newest.transition(state, fact);
    state = next;
    for (const effect of effects) take(effect);
    const live = new Set([...state.agents.values()].flatMap(({ task }) => (task?.live ? task.order.callId : [])));
    for (const callId of unanswered.keys()) if (!live.has(callId)) unanswered.delete(callId);
    return result !== undefined;
  }

  /** The next thing to happen; undefined if it depends on what nobody knows. */
  function next(): Fact | undefined {
    const [first] = [...coming, ...timers.values()].toSorted((a, b) => a.atMs - b.atMs || order(a.seq, b.seq));
    if (!first) return undefined;
    const quiet = [...unanswered.values()].every(({ quietUntilMs }) => first.atMs <= quietUntilMs);
    if (!quiet && !("callId" in first.fact)) return undefined;
    coming = coming.filter((other) => other !== first);
    if (first.fact.type === "timer-fired") timers.delete(first.fact.timer);
    return first.fact;
  }

  function assumed(): Fact | undefined {
    for (const callId of unanswered.keys()) {
      const candidate = votes.get(callId);
      if (candidate === undefined) continue;
      return { type: "ballot-finished", callId, reply: { kind: "vote", candidate, reason: "" }, atMs: state.nowMs };
    }
    return undefined;
  }

  let fact = next();
  while (fact && !feed(fact)) fact = next() ?? assumed();
  return { state, unanswered: [...unanswered.values()], ...(result && { result }) };
}

function isAnswered({ facts }: RecordedCall): boolean {
  return facts.some(({ fact }) => fact.type.endsWith("-finished") || fact.type === "call-failed");
}

function order(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
