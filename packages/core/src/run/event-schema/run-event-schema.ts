import type { RunResult } from "../../coordination/announcement.ts";
import type { CoordinationSettings } from "../../coordination/settings.ts";
import type { JsonSchema } from "../../model/chat-request.ts";
import { logVersion, type RunEvent } from "../run-event.ts";
import { definitions } from "./receipt.ts";
import { count, dollars, flag, list, ref, shape, text, time, word } from "./shape.ts";

type Of<T extends RunEvent["type"]> = Omit<Extract<RunEvent, { type: T }>, "type" | "seq" | "atMs">;
type Result<S extends RunResult["status"]> = Extract<RunResult, { status: S }>;

/** The fields of each event besides its type, number and time. */
const fields: { readonly [T in RunEvent["type"]]: JsonSchema } = {
  "run-started": shape<Of<"run-started">>(
    {
      runId: text,
      version: { const: logVersion },
      startedAt: time,
      agents: list(shape<{ id: string; model: string }>({ id: text, model: text }, {})),
      traces: word<CoordinationSettings["traces"]>({ off: true, summary: true, full: true, live: true }),
      audience: word<CoordinationSettings["audience"]>({ client: true, operator: true }),
    },
    {},
  ),
  "draft-started": shape<Of<"draft-started">>({ agentId: text }, {}),
  "draft-finished": shape<Of<"draft-finished">>(
    { agentId: text, candidate: ref("candidate"), tookMs: time, final: flag },
    { reasoning: text },
  ),
  "call-queued": shape<Of<"call-queued">>({ agentId: text, phase: ref("phase"), leastMs: time, reason: text }, {}),
  "call-sent": shape<Of<"call-sent">>({ agentId: text, phase: ref("phase") }, {}),
  "call-retried": shape<Of<"call-retried">>(
    { agentId: text, phase: ref("phase"), failure: ref("failure"), delayMs: time },
    {},
  ),
  "fallback-started": shape<Of<"fallback-started">>(
    { agentId: text, phase: ref("phase"), failure: ref("failure"), model: text },
    {},
  ),
  "call-lost": shape<Of<"call-lost">>({ agentId: text, phase: ref("phase"), again: flag }, {}),
  "retry-started": shape<Of<"retry-started">>({ agentId: text, phase: ref("phase") }, {}),
  "reply-rejected": shape<Of<"reply-rejected">>({ agentId: text, phase: ref("phase"), problem: text }, {}),
  "agent-failed": shape<Of<"agent-failed">>(
    { agentId: text, phase: ref("phase"), failure: ref("failure"), remaining: count },
    {},
  ),
  "agent-dropped": shape<Of<"agent-dropped">>(
    {
      agentId: text,
      why: word<Of<"agent-dropped">["why"]>({ straggler: true, deadline: true, "answer-now": true }),
      called: flag,
    },
    {},
  ),
  "agents-held": shape<Of<"agents-held">>({ phase: ref("phase"), agentIds: list(text) }, {}),
  "others-called": shape<Of<"others-called">>(
    {
      phase: ref("phase"),
      agentIds: list(text),
      why: word<Of<"others-called">["why"]>({
        difference: true,
        failure: true,
        repair: true,
        slow: true,
        undecided: true,
      }),
    },
    {},
  ),
  "agent-spared": shape<Of<"agent-spared">>(
    {
      agentId: text,
      phase: ref("phase"),
      why: word<Of<"agent-spared">["why"]>({ agreement: true, "early-stop": true }),
      called: flag,
      of: count,
    },
    { agreeing: count },
  ),
  "agent-excluded": shape<Of<"agent-excluded">>(
    { agentId: text, why: word<Of<"agent-excluded">["why"]>({ images: true, budget: true }) },
    {},
  ),
  "parameters-dropped": shape<Of<"parameters-dropped">>({ agentId: text, names: list(text), final: flag }, {}),
  "agreement-reached": shape<Of<"agreement-reached">>(
    { agentIds: list(text), of: count },
    { exhaustive: { const: true } },
  ),
  "round-started": shape<Of<"round-started">>(
    { round: count, voters: list(text), candidates: list(text), revisable: flag },
    {},
  ),
  "vote-cast": shape<Of<"vote-cast">>(
    { agentId: text, round: count, choice: text, candidate: text, reason: text, position: count, shown: count },
    {},
  ),
  "answer-revised": shape<Of<"answer-revised">>({ agentId: text, round: count, candidate: ref("candidate") }, {}),
  "vote-abstained": shape<Of<"vote-abstained">>({ agentId: text, round: count, problem: text }, {}),
  "round-voided": shape<Of<"round-voided">>({ round: count }, {}),
  "limit-reached": shape<Of<"limit-reached">>(
    { limit: word<Of<"limit-reached">["limit"]>({ deadline: true, budget: true }), consequence: text },
    {},
  ),
  "answer-now": shape<Of<"answer-now">>({ consequence: text }, {}),
  "winner-selected": shape<Of<"winner-selected">>(
    {
      agentId: text,
      candidate: text,
      outcome: ref("outcome"),
      votes: count,
      cast: count,
      candidates: count,
      finalAnswer: ref("finalAnswer"),
    },
    {},
  ),
  "presentation-started": shape<Of<"presentation-started">>({ agentId: text, candidates: count }, {}),
  "presentation-failed": shape<Of<"presentation-failed">>({ agentId: text, failure: ref("failure") }, { next: text }),
  "answer-started": shape<Of<"answer-started">>(
    { agentId: text, written: flag, calls: count, failedAgents: count, of: count },
    { usage: ref("usage"), costUsd: dollars, costsMore: { const: true } },
  ),
  "content-delta": shape<Of<"content-delta">>({ text }, {}),
  "reasoning-delta": shape<Of<"reasoning-delta">>({ agentId: text, text }, {}),
  "draft-delta": shape<Of<"draft-delta">>({ agentId: text, text }, {}),
  "tool-calls": shape<Of<"tool-calls">>({ toolCalls: list(ref("toolCall")) }, {}),
  "run-finished": shape<Of<"run-finished">>({ result: ref("result") }, {}),
};

const result: JsonSchema = {
  anyOf: [
    shape<Result<"answered">>(
      {
        status: { const: "answered" },
        text,
        toolCalls: list(ref("toolCall")),
        finishReason: ref("finishReason"),
        receipt: ref("receipt"),
      },
      {},
    ),
    shape<Result<"failed">>({ status: { const: "failed" }, failure: ref("failure"), receipt: ref("receipt") }, {}),
    shape<Result<"cancelled">>({ status: { const: "cancelled" }, receipt: ref("receipt") }, {}),
  ],
};

/** Events that the log does not number: pieces of text, except the `content-delta` of whole delivery. */
const numbered = new Map<string, "never" | "sometimes">([
  ["content-delta", "sometimes"],
  ["reasoning-delta", "never"],
  ["draft-delta", "never"],
]);

function eventSchema(type: string, { properties, required, ...rest }: JsonSchema): JsonSchema {
  const seq = numbered.get(type);
  return {
    ...rest,
    properties: {
      type: { const: type },
      ...(seq !== "never" && { seq: count }),
      atMs: time,
      ...(properties as Readonly<Record<string, JsonSchema>>),
    },
    required: ["type", ...(seq === undefined ? ["seq"] : []), "atMs", ...(required as readonly string[])],
  };
}

/**
 * JSON Schema (2020-12) of a {@link RunEvent} in this version of the log, for storing events or reading them elsewhere.
 */
export const runEventSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "MassGen run event",
  anyOf: Object.entries(fields).map(([type, of]) => eventSchema(type, of)),
  $defs: { ...definitions, result },
};
