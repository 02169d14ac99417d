import type { Agent } from "../agent.ts";
import { type AnswerFormat, answerFormat } from "../format/answer-format.ts";
import { receiptOf } from "../coordination/receipt-of.ts";
import type { RunResult } from "../coordination/announcement.ts";
import type { CallOrder, Effect } from "../coordination/effect.ts";
import type { Fact, Timer } from "../coordination/event.ts";
import type { Failure } from "../coordination/receipt.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import { type State, initialState } from "../coordination/state.ts";
import { transition } from "../coordination/transition.ts";
import { withTurnHooks } from "../limiter.ts";
import { guardObserver } from "../observer.ts";
import type { AnswerRules } from "../prompt/answer-rules.ts";
import { callRequest } from "../prompt/call-request.ts";
import type { RunRequest } from "../run-request.ts";
import { type UnstampedFact, type Sink, makeCall, whatFailed } from "./agent-call.ts";
import { fenceGuard, guarded, speaksInMarks } from "./fence-guard.ts";
import { nonceFor, withoutNonce } from "./nonce.ts";
import { newSecret, type Ports } from "./ports.ts";
import { prefixKey, threadOf } from "./prefix-key.ts";
import { bareEvent } from "./bare-event.ts";
import { logVersion } from "./run-event.ts";
import type { NewEvent } from "./log-entry.ts";
import { runError } from "./run-error.ts";
import { RunLog } from "./run-log.ts";
import { rulesFor } from "./rules.ts";
import { setupFor } from "./setup.ts";

export type AnsweredResult = Extract<RunResult, { status: "answered" }>;

/** Feeds facts to the rules one at a time and executes the effects. Only calls and timers ever wait. */
export class Driver {
  readonly id: string;
  /** Everything that happens, in order. */
  readonly log: RunLog;
  readonly #agents: readonly Agent[];
  readonly #request: RunRequest;
  readonly #ports: Ports;
  readonly #record: (fact: Fact) => void;
  readonly #startMs: number;
  readonly #settings: CoordinationSettings;
  readonly #rules: AnswerRules;
  readonly #format: AnswerFormat | undefined;
  readonly #live: boolean;
  /** Which conversation the request belongs to. */
  readonly #thread: string;
  readonly #facts: Fact[] = [];
  readonly #calls = new Map<string, AbortController>();
  /** Calls whose reasoning was shown as it came. */
  readonly #shownReasoning = new Set<string>();
  readonly #timers = new Map<Timer, () => void>();
  readonly #finished = Promise.withResolvers<AnsweredResult>();
  /** Ends the run and every call of it. Does nothing once it has ended. */
  readonly cancel = (): void => this.#feed({ type: "cancelled" });
  #state: State;
  #applying = false;
  #ended = false;

  constructor(agents: readonly Agent[], settings: CoordinationSettings, request: RunRequest, ports: Ports) {
    this.#agents = agents;
    this.#request = request;
    this.#ports = ports;
    this.#record = guardObserver("record", ports.record, ports.observerFailed);
    this.id = request.runId ?? ports.newRunId();
    this.#startMs = ports.clock.now();
    this.log = new RunLog(() => this.#nowMs());
    this.#rules = rulesFor(request, this.id);
    this.#thread = threadOf(request);
    this.#format = answerFormat(request.responseFormat);
    const setup = setupFor(agents, settings, request, this.id, (ports.newSecret ?? newSecret)());
    this.#settings = setup.settings;
    this.#live = setup.delivery === "live";
    this.#state = initialState(setup);
    // A reader may only iterate: an unused result must not count as an unhandled rejection.
    this.#finished.promise.catch(() => {});
  }

  /** Whether the traces show each draft while it is written. */
  get showsDrafts(): boolean {
    return this.#settings.traces === "live";
  }

  /** The answer. Rejects with a MassgenError when the run failed or was cancelled. */
  get finished(): Promise<AnsweredResult> {
    return this.#finished.promise;
  }

  /** Makes the first calls, once the response format is known to be usable. */
  start(): void {
    const agents = this.#agents.map(({ id, model }) => ({ id, model: model.model }));
    const startedAt = this.#ports.clock.date();
    const { traces, audience } = this.#settings;
    this.#emit({ type: "run-started", runId: this.id, version: logVersion, startedAt, agents, traces, audience });
    const { signal } = this.#request;
    if (signal?.aborted) this.cancel();
    else signal?.addEventListener("abort", this.cancel);
    const begin = (): void => this.#feed({ type: "run-started" });
    if (!this.#format) begin();
    else
      this.#format.usable(signal).then(begin, (error: unknown) => this.#fail(whatFailed(error, false).failure, error));
  }

  #apply(fact: Fact): void {
    this.#record(fact);
    const [state, effects] = transition(this.#state, fact);
    this.#state = state;
    for (const effect of effects) this.#execute(effect);
  }

  #execute(effect: Effect): void {
    switch (effect.type) {
      case "start-call":
        this.#call(effect.order).catch((defect: unknown) => this.#crash(defect));
        return;
      case "abort-call":
        this.#calls.get(effect.callId)?.abort();
        return;
      case "start-timer":
        this.#startTimer(effect.timer, effect.atMs);
        return;
      case "stop-timer":
        this.#stopTimer(effect.timer);
        return;
      case "announce":
        this.#emit(effect.announcement);
        return;
      case "deliver":
        if (effect.text !== "") this.#emit({ type: "content-delta", text: effect.text });
        if (effect.toolCalls.length > 0) this.#emit({ type: "tool-calls", toolCalls: effect.toolCalls });
        return;
      case "finish":
        this.#finish(effect.result);
        return;
    }
  }

  async #call(order: CallOrder): Promise<void> {
    const agent = this.#agents.find(({ id }) => id === order.agentId) as Agent;
    const abort = new AbortController();
    const { callId, repeats = callId } = order;
    // A service may fail on purpose for a given request, so a retry must be exactly the same.
    const nonce = nonceFor(this.#state.setup.secret, repeats);
    this.#calls.set(callId, abort);
    const key = prefixKey(this.#thread, agent.id, order.purpose);
    const request = {
      ...callRequest(agent, this.#request, order, this.#settings, nonce, key),
      limits: this.#settings.limits,
    };
    const model = withTurnHooks(agent.model, {
      onQueued: (wait) => this.#feed({ type: "call-queued", callId, ...wait }),
      onSent: () => this.#feed({ type: "call-sent", callId }),
    });
    const sink = this.#sinkFor(order);
    const guard =
      sink && order.purpose.phase === "presentation"
        ? fenceGuard(nonce, speaksInMarks(this.#request, order), sink.content)
        : undefined;
    const guardedSink = sink && guard ? { ...sink, content: guard.push, end: guard.end } : sink;
    const { maxAnswerChars } = this.#settings;
    const outcome = await makeCall(
      model,
      request,
      abort,
      order,
      this.#rules,
      maxAnswerChars,
      guardedSink,
      this.#format,
    );
    const fact = withoutNonce(guard ? guarded(outcome, guard, nonce, this.#live) : outcome, nonce);
    const reasoningShown = fact.type === "call-failed" && this.#shownReasoning.delete(callId);
    this.#feed(reasoningShown ? { ...fact, reasoningShown } : fact);
    this.#calls.delete(callId);
    this.log.closeDraft(callId);
  }

  /** The destination of a call's text while it is written; for the final answer in live delivery, the client. */
  #sinkFor({ purpose, callId, agentId }: CallOrder): Sink | undefined {
    if (purpose.phase === "ballot") return undefined;
    if (purpose.phase === "draft" && !purpose.solo) return this.log.draftSink(callId, agentId);
    const live = this.#live;
    let started = false;
    return {
      content: async (text) => {
        if (!started) this.#feed({ type: "content-started", callId });
        started = true;
        if (live && !this.#calls.get(callId)?.signal.aborted) await this.log.hand({ type: "content-delta", text });
      },
      reasoning: async (text) => {
        const shown = purpose.phase === "draft" && !started && !this.#calls.get(callId)?.signal.aborted;
        if (!shown) return;
        this.#shownReasoning.add(callId);
        if (live) await this.log.hand({ type: "reasoning-delta", agentId, text });
        else this.log.pass({ type: "reasoning-delta", agentId, text });
      },
    };
  }

  #startTimer(timer: Timer, atMs: number): void {
    this.#stopTimer(timer);
    const fire = (): void => {
      this.#timers.delete(timer);
      this.#feed({ type: "timer-fired", timer });
    };
    this.#timers.set(timer, this.#ports.clock.setTimer(atMs - this.#nowMs(), fire));
  }

  #stopTimer(timer: Timer): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }

  #finish(result: RunResult, cause?: unknown): void {
    this.#ended = true;
    for (const timer of this.#timers.keys()) this.#stopTimer(timer);
    this.#request.signal?.removeEventListener("abort", this.cancel);
    this.#emit({ type: "run-finished", result });
    if (result.status === "answered") this.#finished.resolve(result);
    else this.#finished.reject(runError(result, cause));
  }

  /** Feeds in a fact. It has been handled when this returns, unless another one was being handled. */
  #feed(fact: UnstampedFact): void {
    if (this.#ended) return;
    this.#facts.push({ ...fact, atMs: this.#nowMs() });
    if (this.#applying) return;
    this.#applying = true;
    try {
      for (let next = this.#facts.shift(); next && !this.#ended; next = this.#facts.shift()) this.#apply(next);
    } catch (defect) {
      this.#crash(defect);
    } finally {
      this.#applying = false;
    }
  }

  /** Ends the run with all its calls after a defect, so that it does not hang. */
  #crash(defect: unknown): void {
    this.#fail({ code: "internal", message: "the run ended because of a defect" }, defect);
  }

  #fail(failure: Failure, cause: unknown): void {
    if (this.#ended) return;
    for (const call of this.#calls.values()) call.abort();
    const receipt = { ...receiptOf(this.#state), outcome: "failed" } as const;
    this.#finish({ status: "failed", failure, receipt }, cause);
  }

  #emit(event: NewEvent): void {
    this.log.append(bareEvent(event, this.#ports.redact));
  }

  #nowMs(): number {
    return this.#ports.clock.now() - this.#startMs;
  }
}
