import type { RunResult } from "@massgen/core";
import type { KeptRun, RunEnd } from "./kept-run.ts";
import { figuresOf } from "./run-figures.ts";

/** How lists show that a run ended so. */
export function endOf({ setup }: Pick<KeptRun, "setup">, result: RunResult, endedAtMs: number): RunEnd {
  const { receipt } = result;
  const { usage, costUsd, winner, presenter = winner } = receipt;
  const model = setup.members.find(({ id }) => id === presenter)?.model;
  return {
    endedAtMs,
    outcome: result.status === "cancelled" ? "cancelled" : receipt.outcome,
    degraded: receipt.degraded,
    calls: receipt.calls.made,
    tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0),
    ...(costUsd !== undefined && { costUsd }),
    ...(model !== undefined && { model }),
    ...(winner !== undefined && { winner }),
    figures: figuresOf(receipt),
  };
}
