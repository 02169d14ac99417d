import {
  isErrorCode,
  type AgentReceipt,
  type AgentStatus,
  type DegradedReason,
  type ErrorCode,
  type Outcome,
  type Receipt,
} from "@massgen/core";
import type { Answer } from "../wires/wire.ts";
import { toCall, type MassgenCallMetadata } from "./call-metadata.ts";
import { soundDollars } from "./sound-dollars.ts";
import { isWholeUsage, soundUsage } from "./usage.ts";

/** `massgen_metadata`: how the team reached its answer. Times are in milliseconds. */
export interface MassgenMetadata {
  readonly run_id: string;
  /** The team's name; null where teams have none. */
  readonly team: string | null;
  readonly outcome: Outcome;
  /** Whether the answer is less than was asked for; `reasons` says why. */
  readonly degraded: boolean;
  readonly reasons: readonly DegradedReason[];
  /** The agent whose answer won. */
  readonly winner: string | null;
  /** The agent that wrote the delivered text. */
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
    readonly lost: number;
    readonly saved: { readonly agreement: number; readonly early_stop: number; readonly lazy: number };
  };
  /** Each call; absent unless the client asked for it. */
  readonly calls_detail?: readonly MassgenCallMetadata[];
  /** Ballot rounds. */
  readonly rounds: number;
  /** Whether all calls reported their usage. */
  readonly usage_complete: boolean;
  /** Whether `usage` holds estimates. */
  readonly usage_estimated: boolean;
  /** What calls cost, in dollars, as far as that is known; null where it is of none. */
  readonly cost_usd: number | null;
  /** Whether the cost of every call is known. */
  readonly cost_complete: boolean;
  /** The most that calls without a report may have cost besides, in dollars; null for none. */
  readonly cost_estimated_usd: number | null;
  readonly elapsed_ms: number;
}

interface AgentError {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface MassgenAgentMetadata {
  readonly id: string;
  readonly model: string;
  readonly status: AgentStatus;
  readonly error?: AgentError;
  /** The model that took over, and why. */
  readonly fallback?: { readonly model: string; readonly error: AgentError };
  readonly answer_chars?: number;
  readonly draft_ms?: number;
  /** Like the run's. */
  readonly cost_usd: number | null;
}

/** What the metadata says of a run besides its receipt. */
type AnsweredRun = Pick<Answer, "runId" | "team" | "callsDetail">;

interface MetadataField<Value> {
  readonly of: (receipt: Receipt, answer: AnsweredRun) => Value;
  /** Explains the field in the documentation. */
  readonly note: string;
}

/**
 * Every field, in the order in which it is sent. The metadata and the table in docs/requests.md are both made from this
 * table, so every field is documented.
 */
export const metadataFields: { readonly [Name in keyof MassgenMetadata]-?: MetadataField<MassgenMetadata[Name]> } = {
  run_id: { of: (_, { runId }) => runId, note: "as in the header `x-massgen-run-id`" },
  team: {
    of: (_, { team }) => team ?? null,
    note: "the team's name under `teams`, `agent:<id>` for one agent alone; `null` where all agents are one team",
  },
  outcome: {
    of: ({ outcome }) => outcome,
    note: "`unanimous`, `majority`, `plurality`, `tied` (drawn by lot), or `single` (one agent, or one answer left)",
  },
  degraded: { of: ({ degraded }) => degraded, note: "`true` when the run did not go as planned; `reasons` says why" },
  reasons: {
    of: ({ reasons }) => reasons,
    note: "why the run is degraded: `agent-failed`, `straggler-dropped`, `deadline`, `budget`, `presenter-fallback`, `abstention`, `answer-now`",
  },
  winner: { of: ({ winner }) => winner ?? null, note: "the agent whose answer won; `null` if no answer won" },
  presenter: {
    of: ({ presenter }) => presenter ?? null,
    note: "the agent that wrote the final answer: the winner, unless its presentation failed; `null` if no agent wrote it",
  },
  final_answer: {
    of: ({ finalAnswer }) => finalAnswer ?? null,
    note: "`select`: the winning answer unchanged; `synthesize`: a new one written from all answers; `null` if there is no final answer",
  },
  votes: {
    of: ({ votes }) => votes.map(({ voter, choice, reason }) => ({ voter, choice, reason })),
    note: "each vote of the round that decided: `voter`, `choice`, `reason`",
  },
  tally: { of: ({ tally }) => tally, note: "votes per agent in the round that decided" },
  agents: {
    of: ({ agents }) => agents.map(toAgent),
    note: "each agent's `id`, `model` and `status` (`completed`, `failed`, `too-slow`, `not-needed`, `unsupported-input`, `over-budget`); what its calls cost (`cost_usd`, as below); where they apply `error` (`code`, `message`), `fallback` (the `model` that took over, and the `error` of the first), `answer_chars`, `draft_ms`",
  },
  calls: {
    of: ({ calls: { made, aborted, failed, lost, saved } }) => ({
      made,
      aborted,
      failed,
      lost,
      saved: { agreement: saved.agreement, early_stop: saved.earlyStop, lazy: saved.lazy },
    }),
    note: "model calls `made`, of them `aborted`, `failed` and `lost` (the server process that made them is gone); `saved` by `agreement`, by `early_stop`, and by `lazy`: never made, as those called first decided",
  },
  calls_detail: {
    of: ({ callsDetail }) => callsDetail.map(toCall),
    note: "only if the request has the header `x-massgen-calls-detail: 1`: the first 512 calls, each with `id`, `agent`, `model`, `purpose` (`draft`, `ballot`, `presentation`), `queued_ms`, `sent_ms`, `first_token_ms` and `end_ms` from the start of the run, `result` (`ok`, `rejected`, `aborted`, `unsent`, `lost`, or an error's code), `tokens_in`, `tokens_out`, `cost_usd`, and `retry_of`, the call that it repeats; `null` where there is none",
  },
  rounds: { of: ({ rounds }) => rounds, note: "rounds of votes" },
  usage_complete: { of: isComplete, note: "`false` when a call did not report its usage" },
  usage_estimated: {
    of: (receipt) => !isComplete(receipt),
    note: "`true` when `usage` holds estimates for calls that did not report theirs",
  },
  cost_usd: {
    of: ({ costUsd }) => soundDollars(costUsd),
    note: "what calls cost, in dollars, each priced by itself; `null` where nothing is known",
  },
  cost_complete: {
    of: ({ costComplete, costUsd }) => costComplete && soundDollars(costUsd) !== null,
    note: "`false` when the cost of a call is unknown: it did not report its usage, or its model has no known price",
  },
  cost_estimated_usd: {
    of: ({ unreportedCostUsd }) => soundDollars(unreportedCostUsd),
    note: "what calls that did not report their usage may have cost at most: those that were aborted, for example; not part of `cost_usd`; `null` where there are none",
  },
  elapsed_ms: { of: ({ elapsedMs }) => Math.round(elapsedMs), note: "the whole run, in milliseconds" },
};

/** A run's receipt in the format of the wires. */
export function toMetadata(answer: AnsweredRun, receipt: Receipt): MassgenMetadata {
  const fields = Object.entries(metadataFields)
    .filter(([name]) => answer.callsDetail === true || name !== "calls_detail")
    .map(([name, { of }]) => [name, of(receipt, answer)] as const);
  return Object.fromEntries(fields) as unknown as MassgenMetadata;
}

function isComplete({ usage, usageComplete }: Receipt): boolean {
  return usageComplete && usage !== undefined && isWholeUsage(soundUsage(usage));
}

function toAgent(agent: AgentReceipt): MassgenAgentMetadata {
  const { id, model, status, failure, fallback, answerChars, draftMs, costUsd } = agent;
  return {
    id,
    model,
    status,
    ...(failure === undefined ? {} : { error: errorOf(failure) }),
    ...(fallback === undefined ? {} : { fallback: { model: fallback.model, error: errorOf(fallback.failure) } }),
    ...(answerChars === undefined ? {} : { answer_chars: answerChars }),
    ...(draftMs === undefined ? {} : { draft_ms: Math.round(draftMs) }),
    cost_usd: soundDollars(costUsd && sumOf(Object.values(costUsd))),
  };
}

function errorOf(failure: { readonly code: unknown; readonly message: string }): AgentError {
  return { code: codeOf(failure), message: failure.message };
}

/** A host's own engine may use codes that clients do not know. */
function codeOf({ code }: { readonly code: unknown }): ErrorCode {
  return isErrorCode(code) ? code : "internal";
}

function sumOf(figures: readonly number[]): number | undefined {
  return figures.length === 0 ? undefined : figures.reduce((sum, figure) => sum + figure, 0);
}
