import type { ErrorCode } from "../errors.ts";
import type { Usage } from "../model/model-event.ts";

/** What an agent is called for. */
export type Phase = "draft" | "ballot" | "presentation";

/**
 * How a run was decided. `unanimous`: every cast ballot, or every draft, for one. `majority`: more than half of the cast
 * ballots, or agreement of more than half of the agents. `plurality`: most votes, not half. `tied`: a draw, also when
 * no ballot counted. `single`: one agent, or one candidate left. `failed`: no answer.
 */
export type Outcome = "unanimous" | "majority" | "plurality" | "tied" | "single" | "failed";

/** Why a run, though answered, is less than was asked for. */
export type DegradedReason =
  | "agent-failed"
  | "straggler-dropped"
  | "deadline"
  | "budget"
  | "presenter-fallback"
  | "abstention";

/**
 * What became of an agent. `active`: took part to the end. `failed`: a call failed for good. `dropped`: too slow (quorum or
 * deadline). `spared`: stopped because the others agreed. `unable`: cannot see what the conversation holds. `unfunded`: the budget
 * did not reach for it.
 */
export type AgentStatus = "active" | "failed" | "dropped" | "spared" | "unable" | "unfunded";

/** A failure as it is shown: the message is redacted. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly param?: string;
  /** The HTTP status of the provider's answer: for logs, since clients act on numbers in messages. */
  readonly status?: number;
  /** Of a prompt that was too long: tokens that the model takes, and tokens that the provider counted, where it said so. */
  readonly contextTokens?: number;
  readonly promptTokens?: number;
}

export interface AgentReceipt {
  readonly id: string;
  readonly model: string;
  readonly status: AgentStatus;
  /** Why it failed; of one that was dropped, why its last try was repeated. */
  readonly failure?: Failure & { readonly phase: Phase };
  /** Whether the agent drafted, and how many characters its latest answer has. */
  readonly answerChars?: number;
  /** Time of the draft call, in milliseconds. */
  readonly draftMs?: number;
  readonly usage: Partial<Record<Phase, Usage>>;
}

export interface VoteReceipt {
  readonly voter: string;
  /** The author of the candidate voted for. */
  readonly choice: string;
  readonly candidate: string;
  /** With other agents named by id; one line. */
  readonly reason: string;
}

/** Counts of model calls. One retried or asked again counts each time; one that ended before its turn came was not made. */
export interface CallReceipt {
  readonly made: number;
  readonly aborted: number;
  readonly failed: number;
  /**
   * Calls of an ordinary run (K drafts, K ballots, one presentation) that this run did not have to complete; those it had sent
   * count in `made` and `aborted` as well. Without failures and repetitions, made - aborted + saved is the ordinary number.
   */
  readonly saved: { readonly agreement: number; readonly earlyStop: number };
}

/** The account of a finished run. */
export interface Receipt {
  readonly outcome: Outcome;
  readonly degraded: boolean;
  readonly reasons: readonly DegradedReason[];
  /** The author of the winning candidate; also when the run failed after the vote. */
  readonly winner?: string;
  /** Who wrote what the client got: the winner, unless its presentation failed. */
  readonly presenter?: string;
  /** How the answer was made: the winning text as it was, or written anew by the presenter. */
  readonly finalAnswer?: "select" | "synthesize";
  /** Votes per author in the round that decided. */
  readonly tally: Readonly<Record<string, number>>;
  readonly votes: readonly VoteReceipt[];
  /** Ballot rounds begun. */
  readonly rounds: number;
  readonly agents: readonly AgentReceipt[];
  readonly calls: CallReceipt;
  /** The sum of every figure that providers reported; absent if none reported any. */
  readonly usage?: Usage;
  /** False when a call reported no usage, or a total without its parts. */
  readonly usageComplete: boolean;
  /** The whole run, in milliseconds. */
  readonly elapsedMs: number;
}
