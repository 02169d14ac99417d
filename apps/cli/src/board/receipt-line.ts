import type { Receipt, RunResult } from "@massgen/core";
import { counted, shownDollars, shownDuration } from "../runs/amounts.ts";

/** How a run ended, and what it took, as a line: `majority, 7 calls, 12 s, 12,345 tokens, $0.0123`. */
export function receiptLine({ status, receipt }: RunResult): string {
  const { calls, elapsedMs, usage, usageComplete, costUsd, costComplete } = receipt;
  const tokens = usage && (usage.totalTokens ?? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0));
  return [
    outcomeOf(status, receipt),
    counted(calls.made, "call"),
    shownDuration(elapsedMs),
    ...(tokens === undefined ? [] : [`${counted(tokens, "token")}${usageComplete ? "" : " or more"}`]),
    ...(costUsd === undefined ? [] : [`${shownDollars(costUsd)}${costComplete ? "" : " or more"}`]),
  ].join(" · ");
}

function outcomeOf(status: RunResult["status"], { outcome, degraded, reasons }: Receipt): string {
  if (status !== "answered") return status;
  return degraded ? `${outcome}, degraded (${reasons.join(", ")})` : outcome;
}
