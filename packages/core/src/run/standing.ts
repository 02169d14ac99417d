import { isDeepStrictEqual } from "node:util";
import { type AnswerNowEffect, answerNowEffect } from "../coordination/answer-now.ts";
import type { Effect } from "../coordination/effect.ts";
import type { Fact } from "../coordination/event.ts";
import { hasCallsOut } from "../coordination/resume.ts";
import { RuleBook, ruleBook } from "../coordination/rule-book.ts";
import type { Setup } from "../coordination/state.ts";
import { RunFold } from "./run-fold.ts";

type Cause = Extract<Fact, { type: "resumed" }>["cause"];

/**
 * How often a process has died while calls of a run were out, with the one that is behind it now: a run that ends its
 * processes is found by this.
 *
 * @param cause what has become of whoever drove it last; one that stopped on purpose lost nothing
 */
export function lossesOf(setup: Setup, log: readonly Fact[], cause: Cause, book: RuleBook = ruleBook): number {
  const fold = new RunFold(setup, undefined, book);
  for (const fact of log) fold.next(fact);
  const { state } = fold;
  return state.losses + (cause === "lost" && hasCallsOut(state) ? 1 : 0);
}

/** What it would do to ask a run for its answer now that has come as far as this log. */
export function answerNowIn(setup: Setup, log: readonly Fact[], book: RuleBook = ruleBook): AnswerNowEffect {
  const fold = new RunFold(setup, undefined, book);
  for (const fact of log) fold.next(fact);
  return answerNowEffect(fold.state);
}

/**
 * Whether the newest rules can go on with a log that others have begun: they would have ordered the same calls of the
 * same agents for the same purposes, and ended none that went on. A log of rules that are not known cannot be judged.
 */
export function canGoOn(setup: Setup, log: readonly Fact[], book: RuleBook = ruleBook): boolean {
  const numbers = log.flatMap((fact) => (fact.type === "run-started" || fact.type === "resumed" ? fact.rules : []));
  const last = numbers.at(-1);
  if (last === undefined || last === book.number) return true;
  if (!book.knows(last)) return false;
  const newest = new RuleBook([book.newest]);
  return isDeepStrictEqual(ordersIn(setup, log, newest), ordersIn(setup, log, book));
}

/** What a log leads to, as far as others can tell: calls, by whom and what for, those called off, and the end. */
function ordersIn(setup: Setup, log: readonly Fact[], book: RuleBook): readonly unknown[] {
  const fold = new RunFold(setup, undefined, book);
  return log.flatMap((fact, at) => fold.next(fact).effects.flatMap((effect) => orderIn(effect, at)));
}

function orderIn(effect: Effect, at: number): readonly unknown[] {
  switch (effect.type) {
    case "start-call": {
      const { callId, agentId, purpose } = effect.order;
      return [{ at, callId, agentId, purpose }];
    }
    case "abort-call":
      return [{ at, callId: effect.callId }];
    case "finish":
      return [{ at, status: effect.result.status }];
    case "start-timer":
    case "stop-timer":
    case "announce":
    case "deliver":
      return [];
  }
}
