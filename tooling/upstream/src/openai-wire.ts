import type { UpstreamCall } from "./call.ts";
import type { Answer, ReplyFinish, ReplyUsage } from "./reply.ts";
import { argumentsText, toolCallId, type Piece, type Wire } from "./wire.ts";

const finishReasons: Readonly<Record<ReplyFinish, string>> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
};

const errorKinds = new Map([
  [401, { type: "invalid_request_error", code: "invalid_api_key" }],
  [403, { type: "invalid_request_error", code: "permission_denied" }],
  [404, { type: "invalid_request_error", code: "model_not_found" }],
  [429, { type: "rate_limit_error", code: "rate_limit_exceeded" }],
]);

function event(payload: unknown): string {
  return `data: ${JSON.stringify(payload)}\n\n`;
}

/** One fixed moment for all: what tests compare must not depend on the clock. */
function envelope(call: UpstreamCall, object: string) {
  return { id: `chatcmpl-upstream-${call.n}`, object, created: 1_700_000_000, model: call.model };
}

function chunk(call: UpstreamCall, delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  return event({ ...envelope(call, "chat.completion.chunk"), choices, ...(wantsUsage(call) ? { usage: null } : {}) });
}

function wantsUsage(call: UpstreamCall): boolean {
  const options = call.body["stream_options"];
  return (
    typeof options === "object" && options !== null && "include_usage" in options && options.include_usage === true
  );
}

function usageBody(usage: ReplyUsage) {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    ...(usage.reasoningTokens === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: usage.reasoningTokens } }),
  };
}

function piece(part: Piece, call: UpstreamCall): string {
  switch (part.type) {
    case "reasoning":
      return chunk(call, { reasoning_content: part.text });
    case "text":
      return chunk(call, { content: part.text });
    case "tool-call": {
      const { index } = part;
      const whole = argumentsText(part.call);
      const middle = Math.ceil(whole.length / 2);
      const start = {
        index,
        id: toolCallId(part.call, call.n, index),
        type: "function",
        function: { name: part.call.name, arguments: "" },
      };
      const fragments = [whole.slice(0, middle), whole.slice(middle)].filter((fragment) => fragment !== "");
      return [
        chunk(call, { tool_calls: [start] }),
        ...fragments.map((fragment) => chunk(call, { tool_calls: [{ index, function: { arguments: fragment } }] })),
      ].join("");
    }
  }
}

function whole(call: UpstreamCall, answer: Answer): string {
  const calls = answer.toolCalls.map((toolCall, index) => ({
    id: toolCallId(toolCall, call.n, index),
    type: "function",
    function: { name: toolCall.name, arguments: argumentsText(toolCall) },
  }));
  const message = {
    role: "assistant",
    content: answer.text === "" && calls.length > 0 ? null : answer.text,
    refusal: null,
    ...(answer.reasoning === "" ? {} : { reasoning_content: answer.reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return JSON.stringify({
    ...envelope(call, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasons[answer.finish] }],
    ...(answer.usage === null ? {} : { usage: usageBody(answer.usage) }),
  });
}

/** Chat completions: LF framing, `[DONE]` at the end, usage on request only. */
export const openAiWire: Wire = {
  opening: (call) => chunk(call, { role: "assistant", content: "" }),
  piece,
  end: (call, answer) => {
    const usage =
      answer.usage !== null && wantsUsage(call)
        ? event({ ...envelope(call, "chat.completion.chunk"), choices: [], usage: usageBody(answer.usage) })
        : "";
    return `${chunk(call, {}, finishReasons[answer.finish])}${usage}data: [DONE]\n\n`;
  },
  whole,
  failure: (error) => event({ error }),
  refusal: (status) => {
    const kind = errorKinds.get(status) ?? {
      type: status < 500 ? "invalid_request_error" : "server_error",
      code: null,
    };
    return { error: { message: `Scripted refusal with status ${status}.`, param: null, ...kind } };
  },
};
