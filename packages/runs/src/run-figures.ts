import type { AgentStatus, Receipt } from "@massgen/core";

/** What sums over many runs count of one that is over. */
export interface RunFigures {
  /** Whether the cost of each of its calls is known. */
  readonly costComplete: boolean;
  /** Calls of an ordinary run that this one did not have to finish: see `CallReceipt` of `@massgen/core`. */
  readonly saved: Receipt["calls"]["saved"];
  /** Mean tokens of its finished calls, by which is estimated what the others would have taken; absent if unknown. */
  readonly tokensPerCall?: number;
  readonly agents: readonly AgentFigures[];
  /** For each vote that counted: how many answers its voter saw, and the place of the chosen one, from 1. */
  readonly votes: readonly (readonly [shown: number, position: number])[];
}

/** What became of one agent. Who won is said by the run's end. */
export interface AgentFigures {
  readonly id: string;
  readonly model: string;
  readonly status: AgentStatus;
  /** Its draft was among those that agreed, or it voted for another's answer and that won. */
  readonly agreed: boolean;
  /** In dollars, as far as it is known; absent where nothing is. */
  readonly costUsd?: number;
}

/** The figures of a run by its receipt. */
export function figuresOf(receipt: Receipt): RunFigures {
  const { winner, agreed = [], votes, calls, callsDetail, costComplete } = receipt;
  const finished = callsDetail.flatMap(({ result, usage }) => (result === "ok" && usage ? [usage] : []));
  const tokens = finished.reduce((sum, usage) => sum + (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0), 0);
  const supporters = new Set([
    ...agreed,
    ...votes.flatMap(({ voter, choice }) => (choice === winner && voter !== winner ? [voter] : [])),
  ]);
  return {
    costComplete,
    saved: calls.saved,
    ...(tokens > 0 && { tokensPerCall: Math.round(tokens / finished.length) }),
    agents: receipt.agents.map(({ id, model, fallback, status, costUsd }) => ({
      id,
      model: fallback?.model ?? model,
      status,
      agreed: supporters.has(id),
      ...(costUsd && { costUsd: Object.values(costUsd).reduce((sum, dollars) => sum + dollars, 0) }),
    })),
    votes: votes.map(({ shown, position }) => [shown, position] as const),
  };
}
