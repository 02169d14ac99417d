import type { Announcement, RunResult } from "../coordination/announcement.ts";
import type { CallOrder, Effect } from "../coordination/effect.ts";
import type { AnswerReply, BallotReply, Fact, Timer } from "../coordination/event.ts";
import type { Failure } from "../coordination/receipt.ts";
import { type CoordinationSettings, defaultSettings } from "../coordination/settings.ts";
import { type MemberModel, type Setup, type State, initialState } from "../coordination/state.ts";
import { transition } from "../coordination/transition.ts";
import type { TokenRates } from "../pricing.ts";
import type { Usage } from "../model/model-event.ts";

export interface ScenarioOptions {
  readonly agents: readonly string[];
  readonly settings?: Partial<CoordinationSettings>;
  readonly seed?: string;
  readonly delivery?: "live" | "whole";
  /** Agents that cannot see the conversation's images. */
  readonly unable?: readonly string[];
  /** Tokens of the conversation, and what a call may write. */
  readonly promptTokens?: number;
  readonly outputTokens?: number;
  /** What calls of the agents' models cost at most, in dollars. */
  readonly price?: TokenRates;
  /** Nothing limits the agents' answers. */
  readonly unlimited?: true;
  /** Agents with a fallback, called `n`; what differs in it from their first model. */
  readonly fallbacks?: Readonly<Record<string, Partial<MemberModel>>>;
  /** Tokens that the agents' models take. */
  readonly contextTokens?: number;
  readonly looseAgreement?: boolean;
  readonly allLocal?: boolean;
  /** The place in the team from which a lazy run calls agents; absent if it calls all at once. */
  readonly lazyFrom?: number;
}

/**
 * Drives the coordination rules by hand: facts go in by name, effects come out. There is no model, no clock and no
 * promise.
 *
 *     const run = scenario({ agents: ["a", "b"] });
 *     run.drafts("a", "yes");
 *     run.drafts("b", "no");
 *     expect(run.live()).toEqual(["a ballot", "b ballot"]);
 */
export class Scenario {
  state: State;
  /** All effects so far. */
  readonly effects: Effect[] = [];
  readonly facts: Fact[] = [];
  nowMs = 0;

  constructor(options: ScenarioOptions) {
    const setup: Setup = {
      runId: options.seed ?? "run_1",
      startedAt: 0,
      members: options.agents.map((id) => {
        const model: MemberModel = {
          model: "m",
          able: !(options.unable ?? []).includes(id),
          promptTokens: options.promptTokens ?? 10,
          outputTokens: options.outputTokens ?? 10,
          tokenLimit: options.outputTokens ?? 10,
          ...(options.price && { price: options.price }),
          ...(options.unlimited && { unlimited: true }),
          ...(options.contextTokens !== undefined && { contextTokens: options.contextTokens }),
        };
        const fallback = new Map(Object.entries(options.fallbacks ?? {})).get(id);
        return { id, ...model, ...(fallback && { fallback: { ...model, model: "n", ...fallback } }) };
      }),
      settings: { ...defaultSettings, ...options.settings },
      delivery: options.delivery ?? "live",
      drawSeed: options.seed ?? "seed",
      secret: "0123456789abcdef",
      looseAgreement: options.looseAgreement ?? false,
      allLocal: options.allLocal ?? false,
      ...(options.lazyFrom !== undefined && { lazy: { from: options.lazyFrom } }),
    };
    this.state = initialState(setup);
    this.fact({ type: "run-started", atMs: 0 });
  }

  fact(fact: Fact): void {
    const [state, effects] = transition(this.state, fact);
    this.facts.push(fact);
    this.state = state;
    this.effects.push(...effects);
  }

  /** An agent's live call. */
  order(agentId: string): CallOrder {
    const task = this.state.agents.get(agentId)?.task;
    if (!task?.live) throw new RangeError(`${agentId} has no call out`);
    return task.order;
  }

  drafts(agentId: string, text: string, reply: Partial<AnswerReply> = {}, usage?: Usage): void {
    this.#answer("draft-finished", agentId, text, reply, usage);
  }

  presents(agentId: string, text: string, reply: Partial<AnswerReply> = {}): void {
    this.#answer("presentation-finished", agentId, text, reply);
  }

  /** Votes for a candidate by its id. */
  votes(agentId: string, candidate: string, reason = ""): void {
    this.ballots(agentId, { kind: "vote", candidate, reason });
  }

  revises(agentId: string, content: string): void {
    this.ballots(agentId, { kind: "new-answer", content });
  }

  ballots(agentId: string, reply: BallotReply): void {
    this.fact({ type: "ballot-finished", callId: this.order(agentId).callId, reply, atMs: this.nowMs });
  }

  starts(agentId: string): void {
    this.fact({ type: "content-started", callId: this.order(agentId).callId, atMs: this.nowMs });
  }

  fails(agentId: string, failure: Partial<Failure> = {}, begun = false): void {
    const whole: Failure = { code: "authentication", message: "wrong key", ...failure };
    this.fact({ type: "call-failed", callId: this.order(agentId).callId, failure: whole, begun, atMs: this.nowMs });
  }

  /** An agent's live call has to wait for its turn. */
  queues(agentId: string, leastMs = 0): void {
    const { callId } = this.order(agentId);
    this.fact({ type: "call-queued", callId, leastMs, reason: "max_concurrency 1", atMs: this.nowMs });
  }

  sends(agentId: string): void {
    this.fact({ type: "call-sent", callId: this.order(agentId).callId, atMs: this.nowMs });
  }

  fires(timer: Timer): void {
    this.fact({ type: "timer-fired", timer, atMs: this.nowMs });
  }

  /** Live calls, as "agent phase". */
  live(): string[] {
    return [...this.state.agents].flatMap(([id, { task }]) =>
      task?.live ? [`${id} ${task.order.purpose.phase}`] : [],
    );
  }

  result(): RunResult {
    const finish = this.effects.find((effect) => effect.type === "finish");
    if (!finish) throw new RangeError("the run is not finished");
    return finish.result;
  }

  announced<T extends Announcement["type"]>(type: T): Extract<Announcement, { type: T }>[] {
    return this.effects.flatMap((effect) =>
      effect.type === "announce" && effect.announcement.type === type
        ? [effect.announcement as Extract<Announcement, { type: T }>]
        : [],
    );
  }

  #answer(
    type: "draft-finished" | "presentation-finished",
    agentId: string,
    text: string,
    reply: Partial<AnswerReply>,
    usage?: Usage,
  ): void {
    const { callId } = this.order(agentId);
    const whole: AnswerReply = { text, toolCalls: [], finishReason: "stop", ...reply };
    this.fact({ type, callId, reply: whole, atMs: this.nowMs, ...(usage && { usage }) });
  }
}

export function scenario(options: ScenarioOptions): Scenario {
  return new Scenario(options);
}
