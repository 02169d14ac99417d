import type { Announcement } from "./announcement.ts";
import type { Candidate } from "./candidate.ts";
import type { CallRecord } from "./call-record.ts";
import type { CallOrder, Effect } from "./effect.ts";
import type { Decision } from "./decision.ts";
import type { AgentStatus, CallReceipt, DegradedReason, Failure, Phase } from "./receipt.ts";
import type { CoordinationSettings } from "./settings.ts";
import type { CountedBallot } from "./tally.ts";
import type { TokenRates } from "../pricing.ts";

/** A member of the team, as the rules know it: its model, and the one that takes over if that is not to be had. */
interface Member extends MemberModel {
  readonly id: string;
  readonly fallback?: MemberModel;
}

/** A model that a member may call, and what is known of its calls. */
export interface MemberModel {
  readonly model: string;
  /** False when it cannot see the conversation's images. */
  readonly able: boolean;
  /** Tokens of its draft prompt, estimated: the conversation, its own instructions, the client's tools. */
  readonly promptTokens: number;
  /** The output limit of its answers. */
  readonly outputTokens: number;
  /** The output limit that its configuration sets for any call; absent if it sets none. */
  readonly tokenLimit?: number;
  /** Thinking tokens that count as output; absent if unknown. */
  readonly thinkingTokens?: number;
  /** The context window of its model, prompt and reply together; absent if unknown. */
  readonly contextTokens?: number;
  /** The most that its calls are charged; absent if unknown. */
  readonly price?: TokenRates;
  /** Nothing limits its answers but its model: `outputTokens` is an assumption. */
  readonly unlimited?: true;
}

/**
 * The constants of a run: plain JSON, and all that its log of facts needs to be understood, whatever has become of the
 * team since.
 */
export interface Setup {
  readonly runId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly members: readonly Member[];
  readonly settings: CoordinationSettings;
  readonly delivery: "live" | "whole";
  /** Decides orders and ties, and nothing else. Clients may know it. */
  readonly drawSeed: string;
  /** 64 secret random bits in hex, from which the marks in prompts are made. */
  readonly secret: string;
  /** Short answers agree regardless of case, quotes and full stop, because only people read them. */
  readonly looseAgreement?: boolean;
  /**
   * Only as many agents as can decide are called at first, from this place in the team on. Absent where all are called
   * at once.
   */
  readonly lazy?: { readonly from: number };
  /** Every member is a local model. After a tie, such models write a worse answer than either candidate. */
  readonly allLocal?: boolean;
  /** What limits its dollars is what other runs have left of the money of its client's key. */
  readonly sharedLimit?: true;
}

/** An agent's live call, or its wait before a retry. */
export interface Task {
  readonly order: CallOrder;
  /** False while it waits for a retry. */
  readonly live: boolean;
  readonly retries: number;
  /** The failure that is being retried. */
  readonly failure?: Failure;
}

export interface AgentState {
  /** `active`: takes part. */
  readonly status: "active" | Exclude<AgentStatus, "completed">;
  readonly task?: Task;
  /** Which of its models it calls; absent means the first. */
  readonly model?: "fallback";
  /** Why its fallback took over. */
  readonly primaryFailure?: Failure & { readonly phase: Phase };
  readonly failure?: Failure & { readonly phase: Phase };
  /** Why its last call was retried. */
  readonly lastFailure?: Failure & { readonly phase: Phase };
  readonly draftMs?: number;
  /** The context window learned in this run, in tokens of our estimate. */
  readonly contextTokens?: number;
  /** How far our estimate of the conversation exceeds the service's own count, in tokens. */
  readonly savedTokens?: number;
  /** Its model was seen to think. */
  readonly thinks?: boolean;
}

/** A round of ballots under way. */
export interface Round {
  readonly number: number;
  readonly revisable: boolean;
  readonly ballots: readonly CountedBallot[];
  /** A voter wrote a new answer, so the ballots of this round will not count. */
  readonly revised: boolean;
  /** The result is certain, and an exhaustive run waits for the other ballots all the same. */
  readonly settled?: boolean;
}

/** Agents of a lazy run that were not called yet in this phase, since the others may decide without them. */
interface Held {
  /** In the team's order. */
  readonly agents: readonly string[];
  /** When the others were called. */
  readonly sinceMs: number;
  /** How long the first of the others took; absent until it has finished. */
  readonly firstMs?: number;
}

export interface State {
  readonly setup: Setup;
  readonly phase: "new" | "drafting" | "voting" | "presenting" | "ended";
  readonly nowMs: number;
  readonly agents: ReadonlyMap<string, AgentState>;
  /** By author in the team's order, then by version: draws must not depend on who was faster. */
  readonly candidates: readonly Candidate[];
  readonly calls: readonly CallRecord[];
  readonly round?: Round;
  readonly rounds: number;
  /** The candidate ids on each voter's ballot of the current round, in the order shown. */
  readonly ballotOrders: ReadonlyMap<string, readonly string[]>;
  readonly held?: Held;
  readonly decision?: Decision;
  /** What agreement decided in an exhaustive run, which goes on with drafts and ballots until they are all in. */
  readonly verdict?: Decision;
  /** The author of the delivered text, once that is certain. */
  readonly presenter?: string;
  /** The first piece of the final answer was written. */
  readonly contentStarted: boolean;
  /** When the wait for stragglers ends; absent before it begins. */
  readonly stragglerAtMs?: number;
  /** The first deliverable draft is the answer, since somebody wants it now. */
  readonly answerNow: boolean;
  /** How often a process has died while calls of this run were out. */
  readonly losses: number;
  readonly degraded: ReadonlySet<DegradedReason>;
  readonly saved: CallReceipt["saved"];
}

export function initialState(setup: Setup): State {
  return {
    setup,
    phase: "new",
    nowMs: 0,
    agents: new Map(
      setup.members.map((member) => [member.id, { status: member.able ? "active" : "unsupported-input" }]),
    ),
    candidates: [],
    calls: [],
    rounds: 0,
    ballotOrders: new Map(),
    contentStarted: false,
    answerNow: false,
    losses: 0,
    degraded: new Set(),
    saved: { agreement: 0, earlyStop: 0, lazy: 0 },
  };
}

/** Whether only one agent can take part, whose single call goes straight to the client. */
export function isSolo(setup: Setup): boolean {
  return setup.members.filter((member) => member.able).length === 1;
}

/** The time before the deadline that is reserved for presenting. */
export function reserveMs(settings: CoordinationSettings): number {
  return Math.min(60_000, settings.deadlineMs / 4);
}

/** The latest time at which starting a call still makes sense. */
export function latestStartMs(setup: Setup, phase: Phase): number {
  const { deadlineMs } = setup.settings;
  if (isSolo(setup)) return deadlineMs;
  const reservedMs = reserveMs(setup.settings);
  return deadlineMs - (phase === "presentation" ? reservedMs / 2 : reservedMs);
}

/** One transition in progress: the next state and the effects so far. The states themselves are immutable. */
export class Step {
  state: State;
  readonly effects: Effect[] = [];

  constructor(state: State) {
    this.state = state;
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
  }

  setAgent(id: string, change: Partial<AgentState>): void {
    this.set({ agents: new Map(this.state.agents).set(id, { ...this.agent(id), ...change }) });
  }

  agent(id: string): AgentState {
    const agent = this.state.agents.get(id);
    if (!agent) throw new RangeError(`no agent ${id}`);
    return agent;
  }

  addCandidate(candidate: Candidate): void {
    const { candidates, setup } = this.state;
    const ordered = setup.members.flatMap(({ id }) =>
      [...candidates, candidate].filter((member) => member.agentId === id),
    );
    this.set({ candidates: ordered });
  }

  degrade(reason: DegradedReason): void {
    this.set({ degraded: new Set(this.state.degraded).add(reason) });
  }

  announce(announcement: Announcement): void {
    this.effects.push({ type: "announce", announcement });
  }
}

/** Agents that still take part, in the team's order. */
export function activeAgents(state: State): string[] {
  return [...state.agents].filter(([, agent]) => agent.status === "active").map(([id]) => id);
}

/** Agents with a call out or a retry pending. */
export function busyAgents(state: State): string[] {
  return [...state.agents].filter(([, agent]) => agent.task !== undefined).map(([id]) => id);
}

/** Agents whose part in this phase is still to come: those that are busy, and those that are held back. */
export function stillOut(state: State): string[] {
  const held = state.held?.agents ?? [];
  return [...state.agents].filter(([id, agent]) => agent.task !== undefined || held.includes(id)).map(([id]) => id);
}
