import type { AnswerReply } from "../coordination/event.ts";
import type { ToolCall } from "../model/message.ts";
import type { FinishReason } from "../model/model-event.ts";
import { type AnswerRules, demandsCall } from "./answer-rules.ts";
import { type ReadCalls, readCalls } from "./read-calls.ts";

/** A model's reply, unchanged. */
interface RawReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
}

/**
 * Reads a draft or a final answer and checks it against the client's request. An unusable one says why in `problem`; a
 * text that breaks the client's format says how in `violation`. An answer that calls tools needs no format.
 *
 * @param callId the call that it answers; generated tool call ids depend on it
 */
export function readAnswer(reply: RawReply, rules: AnswerRules, callId: string): AnswerReply {
  const read = readCalls(reply.toolCalls, rules, callId);
  const { toolCalls } = read;
  const problem = problemOf(reply, read, rules);
  const formatted = problem === undefined && toolCalls.length === 0 ? rules.format?.(reply.text) : undefined;
  return {
    text: formatted?.text ?? reply.text,
    toolCalls,
    finishReason: finishReasonOf(reply.finishReason, toolCalls.length > 0),
    ...(problem !== undefined && { problem }),
    ...(formatted?.violation !== undefined && { violation: formatted.violation }),
  };
}

function problemOf(reply: RawReply, read: ReadCalls, { toolChoice }: AnswerRules): string | undefined {
  if (reply.finishReason === "content-filter") return "the provider's content filter stopped the answer";
  if (reply.finishReason === "other") return "the model stopped for a reason that does not end an answer";
  if (read.problem !== undefined) return read.problem;
  if (read.toolCalls.length > 0) return undefined;
  const unknown = reply.toolCalls[0]?.name.slice(0, 60);
  if (demandsCall(toolChoice)) {
    const demanded = typeof toolChoice === "object" ? `\`${toolChoice.name}\`` : "a tool";
    return `the request demands a call of ${demanded}, and the answer has none${unknown === undefined ? "" : ` (it called ${unknown})`}`;
  }
  if (reply.text.trim() !== "") return undefined;
  if (unknown !== undefined) {
    return toolChoice === "none"
      ? "the model only called tools, and the request allows no call"
      : `the model called only tools that were not offered (${unknown})`;
  }
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
