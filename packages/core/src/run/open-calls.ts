import type { Agent } from "../agent.ts";
import type { CallOrder } from "../coordination/effect.ts";
import type { CallTiming } from "../coordination/event.ts";
import type { Setup } from "../coordination/state.ts";
import type { AnswerFormat } from "../format/answer-format.ts";
import { withTurnHooks } from "../limiter.ts";
import type { AnswerRules } from "../prompt/answer-rules.ts";
import { callRequest } from "../prompt/call-request.ts";
import type { RunRequest } from "../run-request.ts";
import { type CallOutcome, type Sink, type UnstampedFact, makeCall } from "./agent-call.ts";
import { type CallMoney, costField, countedFor, reserve, unmade } from "./call-money.ts";
import { calledAgent, notInTeam } from "./called-agent.ts";
import { fenceGuard, guarded, speaksInMarks } from "./fence-guard.ts";
import { gathering } from "./gathering.ts";
import { nonceFor, withoutNonce } from "./nonce.ts";
import type { Ports } from "./ports.ts";
import { prefixKey, threadOf } from "./prefix-key.ts";
import { rulesFor } from "./rules.ts";
import type { RunLog } from "./run-log.ts";

interface OpenCallsOptions {
  readonly setup: Setup;
  readonly agents: readonly Agent[];
  readonly request: RunRequest;
  readonly format: AnswerFormat | undefined;
  readonly log: RunLog;
  readonly nowMs: () => number;
  readonly ports: Pick<Ports, "clock" | "price">;
  /** Receives what becomes of the calls. A returned promise resolves once that is known to everybody. */
  readonly feed: (fact: UnstampedFact) => Promise<void> | undefined;
  readonly crash: (defect: unknown) => void;
}

interface Call {
  /** The call may use it too, to end itself. */
  readonly abort: AbortController;
  /** Whether it was ended from outside. */
  calledOff: boolean;
  /** Whether it has been sent, as far as its model says; otherwise it waits for its turn. */
  sent: boolean;
  /** Whether it left the line because no call is to be sent now. */
  postponed: boolean;
}

interface OpenCall extends Call {
  readonly over: Promise<void>;
}

/** Makes the calls of a run and reports what becomes of them. */
export class OpenCalls {
  readonly #options: OpenCallsOptions;
  readonly #rules: AnswerRules;
  /** Which conversation the request belongs to. */
  readonly #thread: string;
  readonly #live: boolean;
  readonly #money: CallMoney;
  readonly #calls = new Map<string, OpenCall>();
  /** Calls that will be made once calls may be sent again, by their ids. */
  readonly #postponed = new Map<string, CallOrder>();
  #held = false;
  /** Calls that are known to wait for their turn. */
  readonly #queued = new Set<string>();
  /** Calls whose reasoning was shown as it came. */
  readonly #shownReasoning = new Set<string>();

  constructor(options: OpenCallsOptions) {
    this.#options = options;
    this.#rules = rulesFor(options.request, options.setup.runId);
    this.#thread = threadOf(options.request);
    this.#live = options.setup.delivery === "live";
    const { setup, ports } = options;
    this.#money = { setup, price: ports.price, date: ports.clock.date };
  }

  start(order: CallOrder): void {
    const { callId } = order;
    if (this.#held) {
      this.#postponed.set(callId, order);
      return;
    }
    const call: Call = { abort: new AbortController(), calledOff: false, sent: true, postponed: false };
    const end = (): void => void this.#calls.delete(callId);
    const over = this.#make(order, call).then(
      (what) => {
        end();
        if (what === "postponed") this.start(order);
      },
      (defect: unknown) => {
        end();
        this.#options.crash(defect);
      },
    );
    this.#calls.set(callId, Object.assign(call, { over }));
  }

  /** While held, no call is sent. Those that wait for their turn leave the line, and join it again afterwards. */
  hold(held: boolean): void {
    this.#held = held;
    if (held) {
      for (const call of this.#calls.values()) {
        if (call.sent || call.calledOff) continue;
        call.postponed = true;
        call.abort.abort();
      }
      return;
    }
    const orders = [...this.#postponed.values()];
    this.#postponed.clear();
    for (const order of orders) this.start(order);
  }

  abort(callId: string): void {
    if (this.#postponed.delete(callId)) void this.#options.feed({ type: "call-aborted", callId });
    const call = this.#calls.get(callId);
    if (call) callOff(call);
  }

  abortAll(): void {
    this.#postponed.clear();
    for (const call of this.#calls.values()) callOff(call);
  }

  /** Resolves when the calls that are out now are over. */
  async over(): Promise<void> {
    await Promise.all([...this.#calls.values()].map(({ over }) => over));
  }

  async #make(order: CallOrder, call: Call): Promise<"over" | "postponed"> {
    const { setup, agents, request, format, log, nowMs, feed } = this.#options;
    const { callId, repeats = callId } = order;
    const agent = calledAgent(agents, setup, order);
    if (!agent) {
      void feed(unmade(callId, notInTeam));
      return "over";
    }
    // Without an allowance, a call goes out at once.
    const { reservation, failure } = request.allowance ? await reserve(request.allowance, order) : nothingReserved;
    if (failure !== undefined || call.calledOff || this.#held) {
      reservation?.settle(0);
      if (failure === undefined && !call.calledOff) return "postponed";
      void feed(unmade(callId, call.calledOff ? undefined : failure));
      return "over";
    }
    // A service may fail on purpose for a given request, so a retry must be exactly the same.
    const nonce = nonceFor(setup.secret, repeats);
    const { limits } = setup.settings;
    const key = prefixKey(this.#thread, agent.id, order.purpose);
    const called = callRequest(agent, request, order, setup.settings, nonce, key);
    const asked = { ...called, limits, ...gathering(order.purpose) };
    let timing: CallTiming | undefined = { sentAtMs: nowMs() };
    const model = withTurnHooks(agent.model, {
      onQueued: (wait) => {
        timing = undefined;
        call.sent = false;
        this.#queued.add(callId);
        void feed({ type: "call-queued", callId, ...wait });
      },
      onSent: () => {
        timing = { sentAtMs: nowMs() };
        call.sent = true;
        this.#tellSent(callId);
      },
    });
    const sink = this.#sinkFor(order, call.abort.signal);
    const guard =
      sink && order.purpose.phase === "presentation"
        ? fenceGuard(nonce, speaksInMarks(request, order), sink.content)
        : undefined;
    const guardedSink = sink && guard ? { ...sink, content: guard.push, end: guard.end } : sink;
    const firstToken = (): void => {
      this.#tellSent(callId);
      if (timing) timing = { ...timing, firstTokenAtMs: nowMs() };
    };
    const { abort } = call;
    const { maxAnswerChars: most } = setup.settings;
    const outcome = await makeCall(model, asked, abort, order, this.#rules, most, guardedSink, format, firstToken);
    if (call.postponed && !call.calledOff && isAborted(outcome)) {
      reservation?.settle(0);
      return "postponed";
    }
    if (call.sent) this.#tellSent(callId);
    const fact = withoutNonce(guard ? guarded(outcome, guard, nonce, this.#live) : outcome, nonce);
    const cost = timing === undefined ? {} : costField(this.#money, agent.model, fact.usage);
    reservation?.settle(countedFor(this.#money, order, fact, cost.costUsd, timing !== undefined));
    void feed(this.#ended({ ...fact, ...cost }, call.calledOff, timing));
    log.closeDraft(callId);
    return "over";
  }

  /** A call that joined the line anew may not have had to wait, and then nobody says that it was sent. */
  #tellSent(callId: string): void {
    if (this.#queued.delete(callId)) void this.#options.feed({ type: "call-sent", callId });
  }

  /** The end of a call as a fact. */
  #ended(fact: CallOutcome, aborted: boolean, timing: CallTiming | undefined): UnstampedFact {
    const { callId, usage, costUsd, replyChars } = fact;
    const reasoningShown = this.#shownReasoning.delete(callId);
    if (aborted) {
      return {
        type: "call-aborted",
        callId,
        ...(usage && { usage }),
        ...(costUsd !== undefined && { costUsd }),
        ...(timing && { timing }),
        ...(replyChars !== undefined && { replyChars }),
      };
    }
    const shown = fact.type === "call-failed" && reasoningShown;
    return { ...fact, ...(shown && { reasoningShown }), ...(timing && { timing }) };
  }

  /** The destination of a call's text while it is written; for the final answer in live delivery, the client. */
  #sinkFor({ purpose, callId, agentId }: CallOrder, signal: AbortSignal): Sink | undefined {
    const { log, feed } = this.#options;
    if (purpose.phase === "ballot") return undefined;
    if (purpose.phase === "draft" && !purpose.solo) return log.draftSink(callId, agentId);
    const live = this.#live;
    let started = false;
    return {
      content: async (text) => {
        if (!started) {
          started = true;
          const known = feed({ type: "content-started", callId });
          if (known) await known;
        }
        if (live && !signal.aborted) await log.hand({ type: "content-delta", text });
      },
      reasoning: async (text) => {
        const shown = purpose.phase === "draft" && !started && !signal.aborted;
        if (!shown) return;
        this.#shownReasoning.add(callId);
        if (live) await log.hand({ type: "reasoning-delta", agentId, text });
        else log.pass({ type: "reasoning-delta", agentId, text });
      },
    };
  }
}

function isAborted(outcome: CallOutcome): boolean {
  return outcome.type === "call-failed" && outcome.failure.code === "aborted";
}

const nothingReserved: Awaited<ReturnType<typeof reserve>> = {};

function callOff(call: Call): void {
  call.calledOff = true;
  call.abort.abort();
}
