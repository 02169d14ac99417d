import type { AnswerReply } from "../coordination/event.ts";
import type { Tool } from "../model/chat-request.ts";
import type { ToolCall } from "../model/message.ts";
import type { FinishReason } from "../model/model-event.ts";

/**
 * A draft or a final answer as it came. Calls of tools that the client did not offer are left out; what then is no answer says why
 * in `problem`.
 */
export function readAnswer(
  reply: { readonly text: string; readonly toolCalls: readonly ToolCall[]; readonly finishReason: FinishReason },
  tools: readonly Tool[],
): AnswerReply {
  const offered = new Set(tools.map((tool) => tool.name));
  const toolCalls = reply.toolCalls.filter((call) => offered.has(call.name));
  const problem = problemOf(reply, toolCalls);
  return {
    text: reply.text,
    toolCalls,
    finishReason: finishReasonOf(reply.finishReason, toolCalls.length > 0),
    ...(problem !== undefined && { problem }),
  };
}

function problemOf(
  reply: { readonly text: string; readonly toolCalls: readonly ToolCall[]; readonly finishReason: FinishReason },
  toolCalls: readonly ToolCall[],
): string | undefined {
  if (reply.finishReason === "content-filter") return "the provider's content filter stopped the answer";
  if (reply.finishReason === "other") return "the model stopped for a reason that does not end an answer";
  if (toolCalls.length > 0 || reply.text.trim() !== "") return undefined;
  const [unknown] = reply.toolCalls;
  if (unknown) return `the model called only tools that were not offered (${unknown.name.slice(0, 60)})`;
  return reply.finishReason === "length"
    ? "the model reached its output limit before it wrote any answer"
    : "the model returned an empty answer";
}

function finishReasonOf(reason: FinishReason, calls: boolean): FinishReason {
  switch (reason) {
    case "content-filter":
    case "length":
    case "other":
      return reason;
    case "stop":
    case "tool-calls":
      return calls ? "tool-calls" : "stop";
  }
}
