import type { FinishReason, Usage } from "../model/model-event.ts";
import type { CallOrder } from "./effect.ts";
import type { CallTiming } from "./event.ts";
import type { CallResult, Phase } from "./receipt.ts";

/** A call that was made or is waiting for its turn. */
export interface CallRecord {
  readonly callId: string;
  readonly agentId: string;
  /** Which of the agent's models was called. */
  readonly model: CallOrder["model"];
  readonly phase: Phase;
  /** `lost`: the process that made it is gone, so nobody knows what became of it. */
  readonly status: "live" | "finished" | "failed" | "aborted" | "lost";
  readonly startedAtMs: number;
  /** When its turn came; absent if it did not have to wait. */
  readonly sentAtMs?: number;
  /** Absent while it is live. */
  readonly endedAtMs?: number;
  readonly result?: CallResult;
  readonly finishReason?: FinishReason;
  /** The id of the call that it repeats. */
  readonly retryOf?: string;
  /** Tokens reserved in the budget until it reports its usage. */
  readonly reservedTokens: number;
  /** Tokens of its prompt, estimated. */
  readonly promptTokens: number;
  /** Characters of its reply, with reasoning and tool calls; 0 until it ends. */
  readonly replyChars: number;
  readonly usage?: Usage;
  /** Dollars reserved in the budget until its cost is known; absent where its model's price is not. */
  readonly reservedUsd?: number;
  /** What it cost, in dollars; null where that is unknown, absent before its end and where nothing is priced. */
  readonly costUsd?: number | null;
  /** It was refused before a model had seen it: nobody is charged. */
  readonly unbilled?: true;
  readonly timing?: CallTiming;
  /** It waits for its turn. If it ended like this, it was never sent. */
  readonly queued?: boolean;
}
