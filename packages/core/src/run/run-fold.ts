import type { Effect } from "../coordination/effect.ts";
import type { Fact } from "../coordination/event.ts";
import { type RuleBook, type Rules, ruleBook } from "../coordination/rule-book.ts";
import { type Setup, type State, initialState } from "../coordination/state.ts";
import { bareEvent } from "./bare-event.ts";
import { type LoggedEvent, logVersion } from "./run-event.ts";
import type { NewEvent } from "./log-entry.ts";

/** What a fact brings about: what readers see of it, and what is to be done. */
interface Outcome {
  readonly events: readonly LoggedEvent[];
  readonly effects: readonly Effect[];
}

/**
 * A run as far as its facts go. Pure: the driver of a run and whoever reads its log later see the same. A log says by
 * which rules it was made, and where others took over.
 */
export class RunFold {
  readonly #redact: ((text: string) => string) | undefined;
  readonly #book: RuleBook;
  #rules: Rules;
  #state: State;
  #events = 0;
  #atMs = 0;

  constructor(setup: Setup, redact?: (text: string) => string, book = ruleBook) {
    this.#book = book;
    this.#rules = book.newest;
    this.#state = initialState(setup);
    this.#redact = redact;
  }

  get state(): State {
    return this.#state;
  }

  next(fact: Fact): Outcome {
    const rules = fact.type === "run-started" || fact.type === "resumed" ? fact.rules : undefined;
    if (rules !== undefined) this.#rules = this.#book.nearest(rules);
    const [state, effects] = this.#rules.transition(this.#state, fact);
    this.#state = state;
    const events: LoggedEvent[] = this.#events === 0 ? [this.number(runStarted(state.setup, fact), 0)] : [];
    for (const effect of effects) {
      switch (effect.type) {
        case "announce":
          events.push(this.number(effect.announcement, fact.atMs));
          break;
        case "deliver": {
          const { text, toolCalls } = effect;
          if (text !== "") events.push(this.number({ type: "content-delta", text }, fact.atMs));
          if (toolCalls.length > 0) events.push(this.number({ type: "tool-calls", toolCalls }, fact.atMs));
          break;
        }
        case "finish":
          events.push(this.number({ type: "run-finished", result: effect.result }, fact.atMs));
          break;
        case "start-call":
        case "abort-call":
        case "start-timer":
        case "stop-timer":
          break;
      }
    }
    return { events, effects };
  }

  /** The next event of the log. Processes have clocks of their own, but time does not go back. */
  number(event: NewEvent, atMs: number): LoggedEvent {
    this.#atMs = Math.max(this.#atMs, atMs);
    return { ...bareEvent(event, this.#redact), seq: this.#events++, atMs: this.#atMs };
  }
}

/** A kept run may have waited for long before it began. */
function runStarted({ runId, members, settings, ...setup }: Setup, fact: Fact): NewEvent {
  const { traces, audience } = settings;
  const startedAt = (fact.type === "run-started" ? fact.dateMs : undefined) ?? setup.startedAt;
  const agents = members.map(({ id, model }) => ({ id, model }));
  return { type: "run-started", runId, version: logVersion, startedAt, agents, traces, audience };
}
