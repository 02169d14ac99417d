import type { CallDetail, CallResult, Phase } from "@massgen/core";
import { soundDollars } from "./sound-dollars.ts";
import { soundUsage } from "./usage.ts";

/** One model call. Times are milliseconds from the start of the run, `null` for what did not happen. */
export interface MassgenCallMetadata {
  readonly id: string;
  readonly agent: string;
  readonly model: string;
  readonly purpose: Phase;
  readonly queued_ms: number;
  readonly sent_ms: number | null;
  readonly first_token_ms: number | null;
  readonly end_ms: number;
  readonly result: CallResult;
  /** As the provider reported them. */
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  /** In dollars; null where it is unknown. */
  readonly cost_usd: number | null;
  /** The id of the call that it repeats. */
  readonly retry_of: string | null;
}

/** A call of a receipt in the format of the wires. */
export function toCall({
  callId,
  agentId,
  model,
  phase,
  result,
  usage,
  costUsd,
  retryOf,
  ...times
}: CallDetail): MassgenCallMetadata {
  const { inputTokens, outputTokens } = soundUsage(usage ?? {});
  return {
    id: callId,
    agent: agentId,
    model,
    purpose: phase,
    queued_ms: Math.round(times.queuedAtMs),
    sent_ms: rounded(times.sentAtMs),
    first_token_ms: rounded(times.firstTokenAtMs),
    end_ms: Math.round(times.endedAtMs),
    result,
    tokens_in: inputTokens ?? null,
    tokens_out: outputTokens ?? null,
    cost_usd: soundDollars(costUsd),
    retry_of: retryOf ?? null,
  };
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms);
}
