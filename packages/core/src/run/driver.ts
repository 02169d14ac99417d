import type { Agent } from "../agent.ts";
import type { RunResult } from "../coordination/announcement.ts";
import { type AnswerNowEffect, answerNowEffect } from "../coordination/answer-now.ts";
import type { Effect } from "../coordination/effect.ts";
import type { Fact } from "../coordination/event.ts";
import { type RuleBook, ruleBook } from "../coordination/rule-book.ts";
import type { Setup } from "../coordination/state.ts";
import { type AnswerFormat, answerFormat } from "../format/answer-format.ts";
import { guardObserver } from "../observer.ts";
import type { RunRequest } from "../run-request.ts";
import { type UnstampedFact, whatFailed } from "./agent-call.ts";
import { claimOf } from "./claim.ts";
import { DirectLine, JournaledLine } from "./fact-line.ts";
import type { Kept } from "./journal.ts";
import { lateMs, lateUsage } from "./late-usage.ts";
import { OpenCalls } from "./open-calls.ts";
import type { Ports } from "./ports.ts";
import { RunFold } from "./run-fold.ts";
import { abandonedError, defectResult, runError } from "./run-error.ts";
import { RunLog } from "./run-log.ts";
import { RunTimers } from "./run-timers.ts";

export type AnsweredResult = Extract<RunResult, { status: "answered" }>;

/** Feeds facts to the rules one at a time and executes the effects. Only calls, timers and the journal ever wait. */
export class Driver {
  /** Everything that happens, in order. */
  readonly log: RunLog;
  /** Every fact, in order. */
  readonly facts: Fact[] = [];
  readonly #kept: Kept | undefined;
  readonly #request: RunRequest;
  readonly #ports: Ports;
  readonly #record: (fact: Fact) => void;
  readonly #startMs: number;
  readonly #format: AnswerFormat | undefined;
  readonly #book: RuleBook;
  readonly #fold: RunFold;
  readonly #journaled: JournaledLine | undefined;
  readonly #line: DirectLine | JournaledLine;
  readonly #calls: OpenCalls;
  readonly #timers: RunTimers;
  readonly #finished = Promise.withResolvers<AnsweredResult>();
  /** The answer. Rejects with a MassgenError when the run failed or was cancelled. */
  readonly finished: Promise<AnsweredResult> = this.#finished.promise;
  /** Who waits for what asking for the answer now does. */
  readonly #asked = new Map<Fact, (effect: AnswerNowEffect) => void>();
  /** Ends the run and every call of it. Does nothing once it has ended. */
  readonly cancel = (): void => void this.#feed({ type: "cancelled" });
  /** Milliseconds since the start of the run. */
  readonly #nowMs = (): number => this.#ports.clock.now() - this.#startMs;
  /** The fact that makes this process the one that drives the run. */
  #claim: Fact | undefined;
  /** Whether this process drives the run; otherwise it only follows. */
  #holds = false;
  #endedAtMs: number | undefined;
  #cause: unknown;

  constructor(setup: Setup, agents: readonly Agent[], request: RunRequest, ports: Ports, kept?: Kept) {
    this.#kept = kept;
    this.#request = request;
    this.#ports = ports;
    this.#record = guardObserver("record", ports.record, ports.observerFailed);
    const elapsedMs = Math.max(kept?.elapsedMs ?? 0, kept?.log.at(-1)?.atMs ?? 0);
    this.#startMs = ports.clock.now() - elapsedMs;
    this.log = new RunLog(this.#nowMs);
    this.#format = answerFormat(request.responseFormat);
    this.#book = kept?.rules ?? ruleBook;
    this.#fold = new RunFold(setup, ports.redact, this.#book);
    const apply = (fact: Fact): void => this.#apply(fact);
    this.#journaled =
      kept &&
      new JournaledLine({
        journal: kept.journal,
        seq: kept.log.length,
        apply,
        fit: (fact) => (this.#ended ? lateUsage(fact) : fact),
        superseded: (cause) => this.abandon(cause),
        full: (isFull) => this.#calls.hold(isFull),
      });
    this.#line = this.#journaled ?? new DirectLine(apply);
    this.#timers = new RunTimers(ports.clock, this.#nowMs, (timer) => void this.#feed({ type: "timer-fired", timer }));
    this.#calls = new OpenCalls({
      setup,
      agents: agents.filter(({ id, model }) => setup.members.some((one) => one.id === id && one.model === model.model)),
      request,
      format: this.#format,
      log: this.log,
      nowMs: this.#nowMs,
      ports,
      feed: (fact) => this.#feed(fact),
      crash: (defect) => this.#crash(defect),
    });
    // A reader may only iterate: an unused result must not count as an unhandled rejection.
    this.#finished.promise.catch(() => {});
  }

  get setup(): Setup {
    return this.#fold.state.setup;
  }

  get #ended(): boolean {
    return this.#endedAtMs !== undefined;
  }

  /** Makes the first calls, once the response format is known to be usable; or those that a kept run had out. */
  start(): void {
    const kept = this.#kept;
    // It goes on whether anybody reads it or not.
    if (kept) this.log.unpaced();
    for (const fact of kept?.log ?? []) this.#next(fact);
    if (this.#ended) return;
    const { signal } = this.#request;
    if (signal?.aborted) this.cancel();
    else signal?.addEventListener("abort", this.cancel);
    const begin = (): void => this.#begin(claimOf(kept, this.#fold.state.phase !== "new", this.#book, this.#ports));
    if (!this.#format) begin();
    else this.#format.usable(signal).then(begin, (error: unknown) => this.#fail(error));
  }

  /** Asks that what is in hand decides. Resolves once that is done, or is known to be impossible. */
  answerNow(): Promise<AnswerNowEffect> {
    if (this.#ended || answerNowEffect(this.#fold.state) === "none") return Promise.resolve("none");
    return new Promise((resolve) => {
      const fact: Fact = { type: "answer-now", atMs: this.#nowMs() };
      this.#asked.set(fact, resolve);
      void this.#line.put(fact);
    });
  }

  /** The journal holds this fact, written by somebody else, under this number. */
  take(seq: number, fact: Fact): void {
    this.#journaled?.take(seq, fact);
  }

  /** Ends every call and says nothing, because somebody else goes on with the run. */
  abandon(cause?: unknown): void {
    if (this.#ended) return;
    this.#close();
    this.#journaled?.stop();
    this.#calls.abortAll();
    this.log.close();
    this.#finished.reject(abandonedError(cause));
  }

  /** Resolves when the run has ended here and no fact of it is still to come. */
  async settled(): Promise<void> {
    await this.#finished.promise.catch(() => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    const callOff = this.#ports.clock.setTimer(lateMs, resolve);
    await Promise.race([promise, this.#calls.over()]);
    callOff();
    await this.#journaled?.idle();
  }

  #begin(fact: UnstampedFact): void {
    if (this.#ended) return;
    this.#claim = { ...fact, atMs: this.#nowMs() };
    void this.#line.put(this.#claim);
  }

  #apply(fact: Fact): void {
    this.#record(fact);
    const tell = this.#asked.get(fact);
    const answered = tell && answerNowEffect(this.#fold.state);
    this.#asked.delete(fact);
    if (fact === this.#claim) {
      this.#holds = true;
      this.#timers.run();
    }
    this.#next(fact);
    if (tell && answered) tell(answered);
  }

  #next(fact: Fact): void {
    this.facts.push(fact);
    // Where somebody else drives the run, its timers are only noted.
    if (!this.#holds && fact.type === "timer-fired") this.#timers.stop(fact.timer);
    try {
      const { events, effects } = this.#fold.next(fact);
      for (const event of events) this.log.append(event);
      for (const effect of effects) this.#execute(effect);
    } catch (defect) {
      this.#crash(defect);
    }
  }

  #execute(effect: Effect): void {
    switch (effect.type) {
      case "start-call":
        if (this.#holds) this.#calls.start(effect.order);
        return;
      case "abort-call":
        this.#calls.abort(effect.callId);
        return;
      case "start-timer":
        this.#timers.start(effect.timer, effect.atMs);
        return;
      case "stop-timer":
        this.#timers.stop(effect.timer);
        return;
      case "finish":
        this.#finish(effect.result);
        return;
      // Events, which the fold has made.
      case "announce":
      case "deliver":
        return;
    }
  }

  #finish(result: RunResult): void {
    if (this.#ended) return;
    this.#close();
    if (result.status === "answered") this.#finished.resolve(result);
    else this.#finished.reject(runError(result, this.#cause));
  }

  #close(): void {
    this.#endedAtMs = this.#nowMs();
    this.#timers.stopAll();
    this.#request.signal?.removeEventListener("abort", this.cancel);
    for (const tell of this.#asked.values()) tell("none");
  }

  /** Feeds in a fact; after the end, only what calls have used. */
  #feed(fact: UnstampedFact): Promise<void> | undefined {
    const atMs = this.#nowMs();
    if (atMs - (this.#endedAtMs ?? atMs) > lateMs) return undefined;
    const stamped = this.#ended ? lateUsage({ ...fact, atMs }) : { ...fact, atMs };
    return stamped && this.#line.put(stamped);
  }

  #fail(error: unknown): void {
    this.#cause = error;
    void this.#feed({ type: "run-failed", failure: whatFailed(error, false).failure });
  }

  /** Ends the run with all its calls after a defect, so that it does not hang. */
  #crash(defect: unknown): void {
    if (this.#ended) return;
    this.#cause = defect;
    this.#calls.abortAll();
    this.#journaled?.stop();
    const result = defectResult(this.#fold.state);
    this.log.append(this.#fold.number({ type: "run-finished", result }, this.#nowMs()));
    this.#finish(result);
  }
}
