import {
  logVersion,
  type CoordinationSettings,
  type Receipt,
  type Run,
  type RunEvent,
  type RunRequest,
  type RunResult,
} from "@massgen/core";
import type { Engine } from "../src/index.ts";

type Unstamped = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, "atMs" | "seq"> : never) : never;

export const receipt: Receipt = {
  outcome: "unanimous",
  degraded: false,
  reasons: [],
  winner: "a",
  presenter: "a",
  finalAnswer: "synthesize",
  tally: { a: 2 },
  votes: [{ voter: "b", choice: "a", candidate: "a1", reason: "shorter", position: 1, shown: 2 }],
  rounds: 1,
  agents: [
    { id: "a", model: "m1", status: "completed", answerChars: 5, draftMs: 7, usage: {} },
    { id: "b", model: "m2", status: "completed", answerChars: 6, draftMs: 8, usage: {} },
  ],
  calls: { made: 5, aborted: 0, failed: 0, lost: 0, saved: { agreement: 0, earlyStop: 1, lazy: 0 } },
  callsDetail: [
    {
      callId: "call-1",
      agentId: "a",
      model: "m1",
      phase: "draft",
      queuedAtMs: 0,
      sentAtMs: 0.4,
      firstTokenAtMs: 3.6,
      endedAtMs: 7,
      result: "ok",
      finishReason: "stop",
      usage: { inputTokens: 10, outputTokens: 4 },
      costUsd: 0.0005,
    },
    {
      callId: "call-2",
      agentId: "b",
      model: "m2",
      phase: "draft",
      queuedAtMs: 0,
      endedAtMs: 8,
      result: "unsent",
      retryOf: "call-1",
    },
  ],
  usage: { inputTokens: 10, outputTokens: 4, totalTokens: 14, cachedInputTokens: 3, reasoningTokens: 1 },
  usageComplete: true,
  costUsd: 0.0123,
  costComplete: true,
  elapsedMs: 99,
};

export function answered(text: string, more: Partial<Extract<RunResult, { status: "answered" }>> = {}): RunResult {
  return { status: "answered", text, toolCalls: [], finishReason: "stop", receipt, ...more };
}

export const drafting = { type: "draft-started", agentId: "a" } as const;

/** What a run has beside its own loop, for tests that need no more than that. */
export const onlyIterated: Pick<Run, "answer" | "answerNow" | "events" | "cancel" | "record"> = {
  answer: () => new Promise(() => {}),
  answerNow: () => Promise.resolve("none"),
  events: () => {
    throw new Error("this run has one reader");
  },
  cancel: () => {},
  record: () => {
    throw new Error("this run has no record");
  },
};

/**
 * A run whose events the test hands out one by one. Aborting its signal ends it as core does: with a cancelled result.
 */
class ScriptedRun implements Run {
  readonly id: string;
  readonly request: RunRequest;
  readonly answer = onlyIterated.answer;
  readonly answerNow: Run["answerNow"] = onlyIterated.answerNow;
  readonly events = onlyIterated.events;
  readonly record = onlyIterated.record;
  readonly cancel: () => void;
  /** How often an event was asked for. */
  pulls = 0;
  returned = false;
  #events: RunEvent[] = [];
  #waiting: ((result: IteratorResult<RunEvent>) => void) | undefined;
  #ended = false;
  readonly aborted: Promise<void>;

  constructor(id: string, request: RunRequest, traces: CoordinationSettings["traces"]) {
    this.id = id;
    this.request = request;
    this.emit({
      type: "run-started",
      runId: id,
      version: logVersion,
      startedAt: 0,
      agents: [],
      traces,
      audience: "client",
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.aborted = promise;
    const cancel = (this.cancel = (): void => {
      resolve();
      this.emit({ type: "run-finished", result: { status: "cancelled", receipt } });
    });
    if (request.signal?.aborted) cancel();
    else request.signal?.addEventListener("abort", cancel);
  }

  emit(...events: Unstamped[]): void {
    for (const event of events) {
      if (this.#ended) return;
      this.#ended = event.type === "run-finished";
      this.#events.push({ ...event, atMs: 0, seq: 0 } as RunEvent);
    }
    this.#hand();
  }

  /** Streams a text and ends well. */
  reply(text: string, result: RunResult = answered(text)): void {
    this.emit({ type: "content-delta", text }, { type: "run-finished", result });
  }

  fail(result: Omit<Extract<RunResult, { status: "failed" }>, "status">): void {
    this.emit({ type: "run-finished", result: { status: "failed", ...result } });
  }

  #hand(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const value = this.#events.shift();
    if (value !== undefined) {
      this.#waiting = undefined;
      waiting({ done: false, value });
    } else if (this.#ended) {
      this.#waiting = undefined;
      waiting({ done: true, value: undefined });
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return {
      next: () => {
        this.pulls += 1;
        return new Promise((resolve) => {
          this.#waiting = resolve;
          this.#hand();
        });
      },
      return: () => {
        this.returned = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}

/** An engine with one team, whose runs the test takes in the order in which they were started. */
export interface ScriptedEngine extends Engine {
  /** The next run, as soon as there is one. */
  readonly nextRun: () => Promise<ScriptedRun>;
  readonly started: () => number;
}

export function scriptedEngine(
  more: Partial<Engine> & {
    traces?: CoordinationSettings["traces"];
    /** Instead of a run by hand. */
    run?: (request: RunRequest) => Run;
  } = {},
): ScriptedEngine {
  const { traces = "summary", run, ...engine } = more;
  const runs: ScriptedRun[] = [];
  const waiting: ((run: ScriptedRun) => void)[] = [];
  let started = 0;
  return {
    async start({ request }) {
      started += 1;
      if (run !== undefined) return run(request);
      const made = new ScriptedRun(`run-${started}`, request, traces);
      const taker = waiting.shift();
      if (taker === undefined) runs.push(made);
      else taker(made);
      return made;
    },
    models: () => [{ id: "massgen", ownedBy: "massgen", created: 1_700_000_000 }],
    ready: () => true,
    started: () => started,
    nextRun() {
      const made = runs.shift();
      return made === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(made);
    },
    ...engine,
  };
}
