import type { Usage } from "../model/model-event.ts";
import type { Announcement } from "./announcement.ts";
import type { Candidate } from "./candidate.ts";
import type { CallOrder, Effect } from "./effect.ts";
import type { AgentStatus, DegradedReason, Failure, Outcome, Phase } from "./receipt.ts";
import type { CoordinationSettings } from "./settings.ts";
import type { CountedBallot, Tally } from "./tally.ts";

/** An agent as coordination knows it. */
interface Member {
  readonly id: string;
  readonly model: string;
  /** False when it cannot see what the conversation holds. */
  readonly able: boolean;
  /** Tokens of its draft prompt, estimated: the conversation, its own instructions, the client's tools. */
  readonly promptTokens: number;
  /** Tokens that an answer of its may have. */
  readonly outputTokens: number;
  /** Tokens that its configuration allows for any call; absent where it does not say. */
  readonly tokenLimit?: number;
  /** Tokens that its model may think before it answers, where thoughts count as output; absent where that is not known. */
  readonly thinkingTokens?: number;
  /** Tokens that its model takes, prompt and reply together; absent where nothing is known. */
  readonly contextTokens?: number;
}

/** What never changes in a run. */
export interface Setup {
  readonly members: readonly Member[];
  readonly settings: CoordinationSettings;
  readonly delivery: "live" | "whole";
  readonly seed: string;
  /** 64 random bits in hex, known to nobody else: the marks in prompts are made of them. */
  readonly secret: string;
  /** Short answers agree whatever their case, quotes and full stop: nothing but people reads them. */
  readonly looseAgreement?: boolean;
  /** Every member runs on the user's own machines: such models write worse on top of a tie than either of its answers. */
  readonly allLocal?: boolean;
}

/** What an agent is busy with: a live call, or a wait before the next try of it. */
export interface Task {
  readonly order: CallOrder;
  /** False while it waits for a retry. */
  readonly live: boolean;
  readonly retries: number;
  /** What it waits to retry. */
  readonly failure?: Failure;
}

export interface AgentState {
  readonly status: AgentStatus;
  readonly task?: Task;
  readonly failure?: Failure & { readonly phase: Phase };
  /** Why its last try was repeated. */
  readonly lastFailure?: Failure & { readonly phase: Phase };
  readonly draftMs?: number;
  /** Tokens, as we estimate them, that its model was found to take in this run. */
  readonly contextTokens?: number;
  /** Tokens by which our estimate of the conversation exceeds the count of its service. */
  readonly savedTokens?: number;
  /** Its model was seen to think. */
  readonly thinks?: boolean;
}

/** One call that was to be made. */
export interface CallRecord {
  readonly callId: string;
  readonly agentId: string;
  readonly phase: Phase;
  readonly status: "live" | "finished" | "failed" | "aborted";
  readonly startedAtMs: number;
  /** Tokens set aside for it by the budget until it reports. */
  readonly reservedTokens: number;
  readonly usage?: Usage;
  /** It waits for its turn; one that is over was never sent. */
  readonly queued?: boolean;
}

/** A round of ballots under way. */
export interface Round {
  readonly number: number;
  readonly revisable: boolean;
  readonly ballots: readonly CountedBallot[];
  /** Somebody answered anew: the ballots of this round will not count. */
  readonly revised: boolean;
}

/** What was decided, once it is. */
export interface Decision {
  readonly winner: Candidate;
  readonly outcome: Outcome;
  readonly tally: Tally;
  readonly ballots: readonly CountedBallot[];
  readonly tied: readonly string[];
  readonly finalAnswer: "select" | "synthesize";
  /** Authors that may write the final answer, best candidate first. */
  readonly presenters: readonly string[];
}

export interface State {
  readonly setup: Setup;
  readonly phase: "new" | "drafting" | "voting" | "presenting" | "ended";
  readonly nowMs: number;
  readonly agents: ReadonlyMap<string, AgentState>;
  /** By author in the team's order, then by version: no draw may depend on who was faster. */
  readonly candidates: readonly Candidate[];
  readonly calls: readonly CallRecord[];
  readonly round?: Round;
  readonly rounds: number;
  /** Ballots as the voters saw them: candidate ids in order, by voter. Of the current round. */
  readonly ballotOrders: ReadonlyMap<string, readonly string[]>;
  readonly decision?: Decision;
  /** Who wrote what the client gets, once that is certain. */
  readonly presenter?: string;
  /** The first piece of the final answer was made. */
  readonly contentStarted: boolean;
  readonly stragglerTimer: boolean;
  readonly degraded: ReadonlySet<DegradedReason>;
  readonly saved: { readonly agreement: number; readonly earlyStop: number };
}

export function initialState(setup: Setup): State {
  return {
    setup,
    phase: "new",
    nowMs: 0,
    agents: new Map(setup.members.map((member) => [member.id, { status: member.able ? "active" : "unable" }])),
    candidates: [],
    calls: [],
    rounds: 0,
    ballotOrders: new Map(),
    contentStarted: false,
    stragglerTimer: false,
    degraded: new Set(),
    saved: { agreement: 0, earlyStop: 0 },
  };
}

/** A team with one agent that can take part: its single call goes straight to the client. */
export function isSolo(setup: Setup): boolean {
  return setup.members.filter((member) => member.able).length === 1;
}

/** How long before the deadline drafting and voting must end. */
export function reserveMs(settings: CoordinationSettings): number {
  return Math.min(60_000, settings.deadlineMs / 4);
}

/** The latest moment at which a call may still begin and be of use. */
export function latestStartMs(setup: Setup, phase: Phase): number {
  const { deadlineMs } = setup.settings;
  if (isSolo(setup)) return deadlineMs;
  const reservedMs = reserveMs(setup.settings);
  return deadlineMs - (phase === "presentation" ? reservedMs / 2 : reservedMs);
}

/**
 * One step under construction: the next state and the effects so far. Lives for the length of one `transition`; the
 * states themselves are never changed.
 */
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
