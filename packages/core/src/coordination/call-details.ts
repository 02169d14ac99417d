import { calledModel } from "./current-models.ts";
import type { CallDetail, CallResult } from "./receipt.ts";
import type { CallRecord } from "./call-record.ts";
import type { State } from "./state.ts";

/** The most calls that a receipt tells of one by one. Ordinary runs make fewer than 30. */
export const mostCallDetails = 512;

/** The calls of a run one by one, as they stand. */
export function callDetails({ calls, setup, nowMs }: State): readonly CallDetail[] {
  return calls.slice(0, mostCallDetails).map((call) => detailOf(call, calledModel(setup, call)?.model ?? "", nowMs));
}

/** How calls end that we do not send: no money is left for them, or the agent is no longer there. */
const refusedByUs: ReadonlySet<CallResult> = new Set<CallResult>(["spending-limit", "configuration"]);

/** A call that is still live has been called off: only a defect ends a run before its calls. */
function detailOf(call: CallRecord, model: string, nowMs: number): CallDetail {
  const { callId, agentId, phase, startedAtMs, timing, usage, costUsd, finishReason, retryOf } = call;
  const { endedAtMs = nowMs, result = call.queued ? "unsent" : "aborted" } = call;
  const wasSent = result !== "unsent" && !(refusedByUs.has(result) && timing === undefined);
  const sentAtMs = wasSent ? (timing?.sentAtMs ?? call.sentAtMs ?? startedAtMs) : undefined;
  return {
    callId,
    agentId,
    model,
    phase,
    queuedAtMs: startedAtMs,
    ...(sentAtMs !== undefined && { sentAtMs }),
    ...(timing?.firstTokenAtMs !== undefined && { firstTokenAtMs: timing.firstTokenAtMs }),
    endedAtMs,
    result,
    ...(finishReason !== undefined && { finishReason }),
    ...(usage && { usage }),
    ...(typeof costUsd === "number" && { costUsd }),
    ...(retryOf !== undefined && { retryOf }),
  };
}
