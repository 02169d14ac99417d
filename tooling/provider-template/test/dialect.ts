import type { Usage } from "@massgen/core/model";
import type { Dialect, WireEvent } from "@massgen/provider-kit/conformance";

/** How Acme speaks: the kit plays the service with this. */
export const dialect: Dialect = {
  answer: ({
    reasoning = [],
    text = [],
    toolCalls = [],
    usageSoFar,
    usage,
    finish,
    finishWord,
    responseId: id,
    servedModel: model,
  }) => [
    ...reasoning.map((piece) => event({ type: "thought", text: piece })),
    ...(usageSoFar ? [usageEvent(usageSoFar)] : []),
    ...text.map((piece) => event({ type: "text", text: piece })),
    ...toolCalls.map((call) => event({ type: "call", ...call })),
    ...(usage ? [usageEvent(usage)] : []),
    ...(finish ? [event({ type: "end", reason: finishWord ?? reasons[finish], id, model })] : []),
  ],
  failure: (message) => event({ type: "error", code: "overloaded", message }),
  refusal: (status, message, word) => ({ error: { code: status, message, type: word } }),
};

const reasons = { stop: "done", length: "too_long", "tool-calls": "calls", "content-filter": "filtered" };

function event(data: object): WireEvent {
  return { data: JSON.stringify(data) };
}

function usageEvent(usage: Usage): WireEvent {
  return event({
    type: "usage",
    input: usage.inputTokens,
    output: usage.outputTokens,
    total: usage.totalTokens,
    cached: usage.cachedInputTokens,
    written: usage.cacheWriteTokens,
    thought: usage.reasoningTokens,
  });
}
