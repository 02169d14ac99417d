import type { Candidate } from "../../coordination/candidate.ts";
import type {
  AgentReceipt,
  AgentStatus,
  CallDetail,
  CallReceipt,
  DegradedReason,
  Failure,
  Outcome,
  Phase,
  Receipt,
  UnreportedUsage,
  VoteReceipt,
} from "../../coordination/receipt.ts";
import type { JsonSchema } from "../../model/chat-request.ts";
import type { ToolCall } from "../../model/message.ts";
import type { FinishReason, Usage } from "../../model/model-event.ts";
import { count, dollars, flag, list, ref, shape, text, time, word } from "./shape.ts";

const failureFields = {
  required: { code: text, message: text },
  optional: { retryAfterMs: time, param: text, status: count, contextTokens: count, promptTokens: count },
};

/** Definitions shared by several events. */
export const definitions: Readonly<Record<string, JsonSchema>> = {
  phase: word<Phase>({ draft: true, ballot: true, presentation: true }),
  outcome: word<Outcome>({
    unanimous: true,
    majority: true,
    plurality: true,
    tied: true,
    single: true,
    failed: true,
  }),
  finalAnswer: word<"select" | "synthesize">({ select: true, synthesize: true }),
  finishReason: word<FinishReason>({
    stop: true,
    length: true,
    "tool-calls": true,
    "content-filter": true,
    other: true,
  }),
  // Clients return `opaque` with the call's result. Candidates are shown without it.
  toolCall: shape<ToolCall>({ id: text, name: text, arguments: text }, { opaque: {} }),
  shownCall: shape<Omit<ToolCall, "opaque">>({ id: text, name: text, arguments: text }, {}),
  candidate: shape<Candidate>(
    { id: text, agentId: text, version: count, text, toolCalls: list(ref("shownCall")), cut: flag },
    { violation: text },
  ),
  failure: shape<Failure>(failureFields.required, failureFields.optional),
  agentFailure: shape<Failure & { readonly phase: Phase }>(
    { ...failureFields.required, phase: ref("phase") },
    failureFields.optional,
  ),
  usage: shape<Usage>(
    {},
    {
      inputTokens: count,
      outputTokens: count,
      totalTokens: count,
      cachedInputTokens: count,
      cacheWriteTokens: count,
      reasoningTokens: count,
    },
  ),
  agent: shape<AgentReceipt>(
    {
      id: text,
      model: text,
      status: word<AgentStatus>({
        completed: true,
        failed: true,
        "too-slow": true,
        "not-needed": true,
        "unsupported-input": true,
        "over-budget": true,
      }),
      usage: shape<AgentReceipt["usage"]>(
        {},
        { draft: ref("usage"), ballot: ref("usage"), presentation: ref("usage") },
      ),
    },
    {
      costUsd: shape<NonNullable<AgentReceipt["costUsd"]>>(
        {},
        { draft: dollars, ballot: dollars, presentation: dollars },
      ),
      failure: ref("agentFailure"),
      fallback: shape<NonNullable<AgentReceipt["fallback"]>>({ model: text, failure: ref("agentFailure") }, {}),
      answerChars: count,
      draftMs: time,
    },
  ),
  vote: shape<VoteReceipt>(
    { voter: text, choice: text, candidate: text, reason: text, position: count, shown: count },
    {},
  ),
  calls: shape<CallReceipt>(
    {
      made: count,
      aborted: count,
      failed: count,
      lost: count,
      saved: shape<CallReceipt["saved"]>({ agreement: count, earlyStop: count, lazy: count }, {}),
    },
    {},
  ),
  callDetail: shape<CallDetail>(
    {
      callId: text,
      agentId: text,
      model: text,
      phase: ref("phase"),
      queuedAtMs: time,
      endedAtMs: time,
      // "ok", "rejected", "aborted", "unsent", "lost", or the code of an error; versions to come may know more.
      result: text,
    },
    {
      sentAtMs: time,
      firstTokenAtMs: time,
      finishReason: ref("finishReason"),
      usage: ref("usage"),
      costUsd: dollars,
      retryOf: text,
    },
  ),
  receipt: shape<Receipt>(
    {
      outcome: ref("outcome"),
      degraded: flag,
      reasons: list(
        word<DegradedReason>({
          "agent-failed": true,
          "straggler-dropped": true,
          deadline: true,
          budget: true,
          "presenter-fallback": true,
          abstention: true,
          "answer-now": true,
        }),
      ),
      tally: { type: "object", additionalProperties: count },
      votes: list(ref("vote")),
      rounds: count,
      agents: list(ref("agent")),
      calls: ref("calls"),
      callsDetail: list(ref("callDetail")),
      usageComplete: flag,
      costComplete: flag,
      elapsedMs: time,
    },
    {
      winner: text,
      agreed: list(text),
      presenter: text,
      finalAnswer: ref("finalAnswer"),
      usage: ref("usage"),
      unreported: shape<UnreportedUsage>({ inputTokens: count, outputTokens: count }, {}),
      costUsd: dollars,
      unreportedCostUsd: dollars,
    },
  ),
};
