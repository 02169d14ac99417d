import {
  isErrorCode,
  type AgentReceipt,
  type AgentStatus,
  type DegradedReason,
  type ErrorCode,
  type Outcome,
  type Receipt,
} from "@massgen/core";
import { soundUsage } from "./sound-usage.ts";
import { isWholeUsage } from "../wires/openai-chat/usage.ts";

/** `massgen_metadata`: how the team came to its answer. Times are milliseconds. */
export interface MassgenMetadata {
  readonly run_id: string;
  readonly outcome: Outcome;
  /** The answer is less than was asked for; `reasons` say why. */
  readonly degraded: boolean;
  readonly reasons: readonly DegradedReason[];
  /** The agent whose answer won. */
  readonly winner: string | null;
  /** The agent that wrote what the client got. */
  readonly presenter: string | null;
  /** `select`: the winning text as it was; `synthesize`: written anew from all answers. */
  readonly final_answer: "select" | "synthesize" | null;
  readonly votes: readonly { readonly voter: string; readonly choice: string; readonly reason: string }[];
  /** Votes per agent in the round that decided. */
  readonly tally: Readonly<Record<string, number>>;
  readonly agents: readonly MassgenAgentMetadata[];
  readonly calls: {
    readonly made: number;
    readonly aborted: number;
    readonly failed: number;
    readonly saved: { readonly agreement: number; readonly early_stop: number };
  };
  /** Ballot rounds. */
  readonly rounds: number;
  /** False when `usage` misses something. */
  readonly usage_complete: boolean;
  readonly elapsed_ms: number;
}

export interface MassgenAgentMetadata {
  readonly id: string;
  readonly model: string;
  readonly status: AgentStatus;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  readonly answer_chars?: number;
  readonly draft_ms?: number;
}

/** A run's receipt in the wire's spelling. */
export function toMetadata(runId: string, receipt: Receipt): MassgenMetadata {
  const { calls } = receipt;
  return {
    run_id: runId,
    outcome: receipt.outcome,
    degraded: receipt.degraded,
    reasons: receipt.reasons,
    winner: receipt.winner ?? null,
    presenter: receipt.presenter ?? null,
    final_answer: receipt.finalAnswer ?? null,
    votes: receipt.votes.map(({ voter, choice, reason }) => ({ voter, choice, reason })),
    tally: receipt.tally,
    agents: receipt.agents.map(toAgent),
    calls: {
      made: calls.made,
      aborted: calls.aborted,
      failed: calls.failed,
      saved: { agreement: calls.saved.agreement, early_stop: calls.saved.earlyStop },
    },
    rounds: receipt.rounds,
    usage_complete: receipt.usageComplete && receipt.usage !== undefined && isWholeUsage(soundUsage(receipt.usage)),
    elapsed_ms: Math.round(receipt.elapsedMs),
  };
}

function toAgent({ id, model, status, failure, answerChars, draftMs }: AgentReceipt): MassgenAgentMetadata {
  return {
    id,
    model,
    status,
    ...(failure === undefined ? {} : { error: { code: codeOf(failure), message: failure.message } }),
    ...(answerChars === undefined ? {} : { answer_chars: answerChars }),
    ...(draftMs === undefined ? {} : { draft_ms: Math.round(draftMs) }),
  };
}

/** A host's own engine may know words that no client does. */
function codeOf({ code }: { readonly code: unknown }): ErrorCode {
  return isErrorCode(code) ? code : "internal";
}
