import { estimatedUsd } from "./call-cost.ts";
import { calledModel } from "./current-models.ts";
import type { AgentReceipt, Receipt } from "./receipt.ts";
import type { CallRecord } from "./call-record.ts";
import type { Setup } from "./state.ts";
import type { TokenRates } from "../pricing.ts";

/** What calls cost, as a receipt says it. Calls under way are not over, and cost nothing yet. */
export function costOf(
  setup: Setup,
  made: readonly CallRecord[],
): Pick<Receipt, "costUsd" | "costComplete" | "unreportedCostUsd"> {
  const ended = made.filter(({ status }) => status !== "live");
  const costUsd = knownCost(ended);
  const silent = ended.filter((call) => typeof call.costUsd !== "number" && call.unbilled !== true);
  const estimates = silent.flatMap((call) => estimateOf(call, calledModel(setup, call)?.price) ?? []);
  return {
    ...(costUsd !== undefined && { costUsd }),
    costComplete: silent.length === 0,
    ...(estimates.length > 0 && { unreportedCostUsd: estimates.reduce((sum, usd) => sum + usd, 0) }),
  };
}

/** Of a lost call nobody knows how far its reply came: it may have cost all that was reserved for it. */
function estimateOf(call: CallRecord, rates: TokenRates | undefined): number | undefined {
  if (call.status === "lost" && !call.usage) return call.reservedUsd;
  return rates && estimatedUsd(call, rates);
}

/** What an agent's calls cost, by phase; undefined where nothing is known. */
export function costByPhase(calls: readonly CallRecord[]): AgentReceipt["costUsd"] {
  const phases = (["draft", "ballot", "presentation"] as const).flatMap((phase) => {
    const usd = knownCost(calls.filter((call) => call.phase === phase));
    return usd === undefined ? [] : [[phase, usd] as const];
  });
  return phases.length === 0 ? undefined : Object.fromEntries(phases);
}

function knownCost(calls: readonly CallRecord[]): number | undefined {
  const known = calls.flatMap(({ costUsd }) => costUsd ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, usd) => sum + usd, 0);
}
