import type { CallOrder, Effect } from "@massgen/core/testing";
import type { Question } from "./question.ts";
import { Random } from "./random.ts";

/** The median of each kind of call, in milliseconds: what a hosted model takes for a paragraph, and for a vote. */
const medianMs = { draft: 4000, ballot: 2000, presentation: 4000 };

/** The spread of the logarithm of a call's time. */
const sigma = 0.4;

/** What happens next in a run. */
type Event = { readonly call: CallOrder } | { readonly timer: "hedge" };

/** The calls and the timer that a run waits for, in the order of their time. */
export class Agenda {
  nowMs = 0;
  readonly #question: Question;
  readonly #calls = new Map<string, { readonly atMs: number; readonly order: CallOrder }>();
  #hedgeMs = Infinity;

  constructor(question: Question) {
    this.#question = question;
  }

  /** Takes note of what the rules ordered. Timers of hours are not kept: no run here is that long. */
  take(effect: Effect): void {
    if (effect.type === "start-call") {
      const { order } = effect;
      this.#calls.set(order.callId, { atMs: this.nowMs + this.#durationMs(order), order });
    } else if (effect.type === "abort-call") this.#calls.delete(effect.callId);
    else if (effect.type === "start-timer" && effect.timer === "hedge") this.#hedgeMs = effect.atMs;
    else if (effect.type === "stop-timer" && effect.timer === "hedge") this.#hedgeMs = Infinity;
  }

  /** Goes on to the next event. */
  next(): Event {
    const [first] = [...this.#calls.values()].sort((a, b) => a.atMs - b.atMs);
    if (this.#hedgeMs < (first?.atMs ?? Infinity)) {
      this.nowMs = this.#hedgeMs;
      this.#hedgeMs = Infinity;
      return { timer: "hedge" };
    }
    if (first === undefined) throw new RangeError("the run waits for nothing");
    this.nowMs = first.atMs;
    this.#calls.delete(first.order.callId);
    return { call: first.order };
  }

  /** Calls that are out. */
  get out(): readonly CallOrder[] {
    return [...this.#calls.values()].map(({ order }) => order);
  }

  /** The same for the same agent, phase and round, in whatever arm. */
  #durationMs({ agentId, purpose, retryOf }: CallOrder): number {
    const round = purpose.phase === "ballot" ? purpose.round : 0;
    const name = `${this.#question.name} time ${agentId} ${purpose.phase} ${round} ${retryOf ? "again" : ""}`;
    return Math.round(medianMs[purpose.phase] * Math.exp(sigma * new Random(name).normal()));
  }
}
