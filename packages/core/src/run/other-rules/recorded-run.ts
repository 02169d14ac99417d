import type { CallOrder } from "../../coordination/effect.ts";
import type { Fact } from "../../coordination/event.ts";
import type { Setup } from "../../coordination/state.ts";
import { RunFold } from "../run-fold.ts";

/** A fact, and when it came, in milliseconds from the start of the run. */
interface RecordedFact {
  readonly fact: Fact;
  readonly atMs: number;
  /** Its place in the log. */
  readonly seq: number;
}

/** A call that a run made, and what came of it. */
export interface RecordedCall {
  readonly order: CallOrder;
  readonly startedAtMs: number;
  /** When it ended; where the log ends before it, when the log does. */
  readonly endedAtMs: number;
  readonly facts: readonly RecordedFact[];
}

/** A timer that fired. */
interface FiredTimer extends RecordedFact {
  readonly timer: string;
  /** The time that it was set for. */
  readonly setForMs: number;
}

interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  /** The place in the log of the fact that ends it. */
  readonly seq: number;
}

/** The log of a run, taken apart. */
export interface RecordedRun {
  /** In the order in which they were made. */
  readonly calls: readonly RecordedCall[];
  readonly timers: readonly FiredTimer[];
  /** When nobody drove the run: from the last fact of a process that was lost to the one that went on. */
  readonly gaps: readonly Gap[];
  /** What nobody ordered: the start, a crash, somebody who cancels or wants the answer now. */
  readonly others: readonly RecordedFact[];
}

type Parts = { readonly order: CallOrder; readonly startedAtMs: number; readonly facts: RecordedFact[] };

/** Takes a log apart: calls with what came of them, timers, and what came from outside. */
export function recordedRun(setup: Setup, log: readonly Fact[]): RecordedRun {
  const fold = new RunFold(setup);
  const calls = new Map<string, Parts>();
  const set = new Map<string, number>();
  const timers: FiredTimer[] = [];
  const others: RecordedFact[] = [];
  const gaps: Gap[] = [];
  for (const [seq, fact] of log.entries()) {
    const recorded = { fact, seq, atMs: Math.max(fold.state.nowMs, fact.atMs) };
    if (fact.type === "resumed") gaps.push({ fromMs: fold.state.nowMs, toMs: recorded.atMs, seq });
    const setForMs = fact.type === "timer-fired" ? set.get(fact.timer) : undefined;
    const call = "callId" in fact ? calls.get(fact.callId) : undefined;
    if (call) call.facts.push(recorded);
    else if (fact.type === "timer-fired" && setForMs !== undefined) {
      set.delete(fact.timer);
      timers.push({ ...recorded, timer: fact.timer, setForMs });
    } else if (!("callId" in fact)) others.push(recorded);
    for (const effect of fold.next(fact).effects) {
      if (effect.type === "start-timer") set.set(effect.timer, effect.atMs);
      else if (effect.type === "stop-timer") set.delete(effect.timer);
      else if (effect.type === "start-call") {
        calls.set(effect.order.callId, { order: effect.order, startedAtMs: fold.state.nowMs, facts: [] });
      }
    }
  }
  const ends = new Map(fold.state.calls.map(({ callId, endedAtMs }) => [callId, endedAtMs]));
  const { nowMs } = fold.state;
  return {
    calls: [...calls.values()].map((call) => ({ ...call, endedAtMs: ends.get(call.order.callId) ?? nowMs })),
    timers,
    gaps,
    others,
  };
}
