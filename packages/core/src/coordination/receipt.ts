import type { ErrorCode } from "../errors.ts";
import type { FinishReason, Usage } from "../model/model-event.ts";

/** The phase of a run in which an agent is called. */
export type Phase = "draft" | "ballot" | "presentation";

/**
 * How a run was decided.
 * - `unanimous`: every counted ballot, or every draft, for one answer
 * - `majority`: more than half of the counted ballots, or agreement of more than half of the agents
 * - `plurality`: the most votes, but not more than half
 * - `tied`: a draw, also when no ballot counted
 * - `single`: one agent, or one candidate left
 * - `failed`: no answer
 */
export type Outcome = "unanimous" | "majority" | "plurality" | "tied" | "single" | "failed";

/** Why an answer is less than what was asked for. */
export type DegradedReason =
  | "agent-failed"
  | "straggler-dropped"
  | "deadline"
  | "budget"
  | "presenter-fallback"
  | "abstention"
  | "answer-now";

/**
 * What became of an agent.
 * - `completed`: took part to the end
 * - `failed`: a call failed for good
 * - `too-slow`: dropped for the quorum or the deadline
 * - `not-needed`: stopped, or never called, because the others agreed, or because the answer was wanted at once. Also
 *   never called because the run was over before
 * - `unsupported-input`: cannot see the conversation's images
 * - `over-budget`: the budget did not cover its call
 */
export type AgentStatus = "completed" | "failed" | "too-slow" | "not-needed" | "unsupported-input" | "over-budget";

/** A failure as it is reported; the message is redacted. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly param?: string;
  /** The HTTP status of the provider's answer: for logs, since clients act on numbers in messages. */
  readonly status?: number;
  /**
   * For a prompt that was too long: the tokens that the model takes, and those that the provider counted, if it said
   * so.
   */
  readonly contextTokens?: number;
  readonly promptTokens?: number;
}

export interface AgentReceipt {
  readonly id: string;
  readonly model: string;
  readonly status: AgentStatus;
  /** Why it failed. For a dropped agent: why its last call was being retried. */
  readonly failure?: Failure & { readonly phase: Phase };
  /** The model that took over, and why; absent if none did. */
  readonly fallback?: { readonly model: string; readonly failure: Failure & { readonly phase: Phase } };
  /** The length of its latest answer in characters; absent if it wrote none. */
  readonly answerChars?: number;
  /** Time of the draft call, in milliseconds. */
  readonly draftMs?: number;
  readonly usage: Partial<Record<Phase, Usage>>;
  /** What its calls cost as far as that is known, in dollars; absent where nothing is. */
  readonly costUsd?: Partial<Record<Phase, number>>;
}

export interface VoteReceipt {
  readonly voter: string;
  /** The author of the candidate voted for. */
  readonly choice: string;
  readonly candidate: string;
  /** One line; names other agents by id. */
  readonly reason: string;
  /** The place of that candidate among those that this voter saw, from 1. */
  readonly position: number;
  /** How many candidates this voter saw. */
  readonly shown: number;
}

/**
 * Counts of model calls. Every retry and every repeated request counts. A call that ended before its turn came does
 * not, nor one that was not sent because no money was left for it.
 */
export interface CallReceipt {
  readonly made: number;
  readonly aborted: number;
  readonly failed: number;
  /** Calls whose process died, so that nobody knows how they ended. */
  readonly lost: number;
  /**
   * Calls of an ordinary run (K drafts, K ballots, one presentation) that this run did not have to finish. Those
   * already sent count in `made` and `aborted` as well. Without failures and repetitions, made - aborted + saved is the
   * ordinary number.
   */
  readonly saved: {
    readonly agreement: number;
    readonly earlyStop: number;
    /** Drafts and ballots that were never asked for, since those called at first decided. */
    readonly lazy: number;
  };
}

/**
 * How a call ended.
 * - `ok`: its reply was used
 * - `rejected`: its reply could not be used, and was asked for again or counted as an abstention
 * - `aborted`: called off while it was out
 * - `unsent`: it ended while it waited for its turn at the provider
 * - `lost`: the process that made it is gone
 * - the code of the failure otherwise
 */
export type CallResult = "ok" | "rejected" | "aborted" | "unsent" | "lost" | ErrorCode;

/** One model call as it went. Times are milliseconds from the start of the run. */
export interface CallDetail {
  readonly callId: string;
  readonly agentId: string;
  readonly model: string;
  /** What it was made for. */
  readonly phase: Phase;
  /** When it was wanted. It is sent at once unless it has to wait for a limit of its account. */
  readonly queuedAtMs: number;
  /** Absent if it was never sent. */
  readonly sentAtMs?: number;
  /** When the first piece of the reply came; absent if none did, or if the run had ended before this was known. */
  readonly firstTokenAtMs?: number;
  readonly endedAtMs: number;
  readonly result: CallResult;
  /** How the model ended its reply; absent without a whole reply. */
  readonly finishReason?: FinishReason;
  /** As the provider reported it. */
  readonly usage?: Usage;
  /** What it cost, in dollars; absent where that is unknown. */
  readonly costUsd?: number;
  /** The id of the call that it repeats. */
  readonly retryOf?: string;
}

/** An estimate of tokens that calls used without reporting them. */
export interface UnreportedUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The summary of a finished run. */
export interface Receipt {
  readonly outcome: Outcome;
  readonly degraded: boolean;
  readonly reasons: readonly DegradedReason[];
  /** The author of the winning candidate; also when the run failed after the vote. */
  readonly winner?: string;
  /** The author of the delivered text: the winner, unless its presentation failed. */
  readonly presenter?: string;
  /** Whether the winning text was delivered as it was, or the presenter wrote a new one. */
  readonly finalAnswer?: "select" | "synthesize";
  /** Votes per author in the round that decided. */
  readonly tally: Readonly<Record<string, number>>;
  readonly votes: readonly VoteReceipt[];
  /** Agents whose drafts said the same, where that decided; absent otherwise. */
  readonly agreed?: readonly string[];
  /** Ballot rounds begun. */
  readonly rounds: number;
  readonly agents: readonly AgentReceipt[];
  readonly calls: CallReceipt;
  /** Each call, in the order in which they were wanted: the first 512, with those that were never sent. */
  readonly callsDetail: readonly CallDetail[];
  /** The sum of the figures that providers reported; absent if none did. */
  readonly usage?: Usage;
  /** False when a call reported no usage, or only a total. */
  readonly usageComplete: boolean;
  /**
   * An estimate of what `usage` lacks because calls did not report it; absent when `usageComplete`. From the prompt and
   * the reply as far as it came, at three characters a token.
   */
  readonly unreported?: UnreportedUsage;
  /** The sum of what calls cost, each priced by itself, in dollars; absent if no call's cost is known. */
  readonly costUsd?: number;
  /** False when a call's cost is unknown: it reported no usage, or its model has no known price. */
  readonly costComplete: boolean;
  /**
   * The most that calls without a report may have cost, in dollars, by the estimate of `unreported`: aborted ones for
   * the most part. Lost ones count as what was reserved for them. Absent where there is none. `costUsd` leaves it out,
   * and spending limits count it.
   */
  readonly unreportedCostUsd?: number;
  /** The whole run, in milliseconds. */
  readonly elapsedMs: number;
}
