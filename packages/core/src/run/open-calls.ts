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
import { type CallMoney, costField, countedFor, reserve } from "./call-money.ts";
import { fenceGuard, guarded, speaksInMarks } from "./fence-guard.ts";
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
    const call = { abort: new AbortController(), calledOff: false };
    const end = (): void => void this.#calls.delete(order.callId);
    const over = this.#make(order, call).then(end, (defect: unknown) => {
      end();
      this.#options.crash(defect);
    });
    this.#calls.set(order.callId, Object.assign(call, { over }));
  }

  abort(callId: string): void {
    const call = this.#calls.get(callId);
    if (call) callOff(call);
  }

  abortAll(): void {
    for (const call of this.#calls.values()) callOff(call);
  }

  /** Resolves when the calls that are out now are over. */
  async over(): Promise<void> {
    await Promise.all([...this.#calls.values()].map(({ over }) => over));
  }

  async #make(order: CallOrder, call: Call): Promise<void> {
    const { setup, agents, request, format, log, nowMs, feed } = this.#options;
    const { callId, repeats = callId } = order;
    const agent = calledAgent(agents, setup, order);
    if (!agent) {
      void feed({ type: "call-failed", callId, begun: false, failure: notInTeam });
      return;
    }
    // Without an allowance, a call goes out at once.
    const { reservation, failure } = request.allowance ? await reserve(request.allowance, order) : nothingReserved;
    if (failure !== undefined || call.calledOff) {
      reservation?.settle(0);
      void feed(
        failure === undefined || call.calledOff
          ? { type: "call-aborted", callId }
          : { type: "call-failed", callId, begun: false, failure },
      );
      return;
    }
    // A service may fail on purpose for a given request, so a retry must be exactly the same.
    const nonce = nonceFor(setup.secret, repeats);
    const { limits } = setup.settings;
    const key = prefixKey(this.#thread, agent.id, order.purpose);
    const asked = { ...callRequest(agent, request, order, setup.settings, nonce, key), limits };
    let timing: CallTiming | undefined = { sentAtMs: nowMs() };
    const model = withTurnHooks(agent.model, {
      onQueued: (wait) => {
        timing = undefined;
        void feed({ type: "call-queued", callId, ...wait });
      },
      onSent: () => {
        timing = { sentAtMs: nowMs() };
        void feed({ type: "call-sent", callId });
      },
    });
    const sink = this.#sinkFor(order, call.abort.signal);
    const guard =
      sink && order.purpose.phase === "presentation"
        ? fenceGuard(nonce, speaksInMarks(request, order), sink.content)
        : undefined;
    const guardedSink = sink && guard ? { ...sink, content: guard.push, end: guard.end } : sink;
    const firstToken = (): void => {
      if (timing) timing = { ...timing, firstTokenAtMs: nowMs() };
    };
    const { abort } = call;
    const { maxAnswerChars: most } = setup.settings;
    const outcome = await makeCall(model, asked, abort, order, this.#rules, most, guardedSink, format, firstToken);
    const fact = withoutNonce(guard ? guarded(outcome, guard, nonce, this.#live) : outcome, nonce);
    const cost = timing === undefined ? {} : costField(this.#money, agent.model, fact.usage);
    reservation?.settle(countedFor(this.#money, order, fact, cost.costUsd, timing !== undefined));
    void feed(this.#ended({ ...fact, ...cost }, call.calledOff, timing));
    log.closeDraft(callId);
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

const nothingReserved: Awaited<ReturnType<typeof reserve>> = {};

/**
 * The agent as the order calls it, on its first model or its fallback. Undefined if it is no longer in the team, or has
 * another model in this place.
 */
function calledAgent(agents: readonly Agent[], { members }: Setup, { agentId, model }: CallOrder): Agent | undefined {
  const agent = agents.find(({ id }) => id === agentId);
  if (agent === undefined || model === "primary") return agent;
  const member = members.find(({ id }) => id === agentId);
  const { fallback, sampling: _, local: __, ...rest } = agent;
  return fallback?.model.model === member?.fallback?.model && fallback ? { ...rest, ...fallback } : undefined;
}

const notInTeam = { code: "configuration", message: "it is no longer in the team, or has another model" } as const;

function callOff(call: Call): void {
  call.calledOff = true;
  call.abort.abort();
}
