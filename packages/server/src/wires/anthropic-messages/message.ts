import { parseToRewrite, type ToolCall } from "@massgen/core/model";
import { usageOfRun } from "../../runs/usage.ts";
import { toMetadata, type MassgenMetadata } from "../../runs/metadata.ts";
import { isObject } from "../fields/field.ts";
import type { Answer, Answered } from "../wire.ts";
import { toUsage, type MessageUsage } from "./usage.ts";

export type StopReason = "end_turn" | "max_tokens" | "tool_use" | "refusal";

/** What this wire needs to answer one run. */
export type MessageAnswer = Answer<{
  /** Whether the client wants traces, which it gets as thinking. */
  readonly thinking: boolean;
  /** An estimate of the request's tokens. */
  readonly inputTokens: number;
}>;

/** A content block of an answer. */
type AnswerBlock =
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "text"; readonly text: string; readonly citations: null }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: object };

/** The answer to a request that is not streamed. */
export interface Message {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly AnswerBlock[];
  readonly stop_reason: StopReason;
  readonly stop_sequence: null;
  readonly usage: MessageUsage;
  readonly massgen_metadata: MassgenMetadata;
}

/** Builds the response from a finished run. `traces` has the trace text of each phase; empty if none are shown. */
export function toMessage(answer: MessageAnswer, result: Answered, traces: readonly string[]): Message {
  const { text, toolCalls, receipt } = result;
  return {
    ...headOf(answer),
    content: [
      ...(answer.own.thinking && traces.length > 0
        ? [{ type: "thinking", thinking: traces.join(""), signature: "" } as const]
        : []),
      ...(text === "" ? [] : [{ type: "text", text, citations: null } as const]),
      ...toolCalls.map(toToolUse),
    ],
    stop_reason: toStopReason(result),
    stop_sequence: null,
    usage: toUsage(usageOfRun(receipt)),
    massgen_metadata: toMetadata(answer, receipt),
  };
}

/** The fields with which a message begins. */
export function headOf({ answerId, model }: MessageAnswer) {
  return { id: `msg_${answerId}`, type: "message", role: "assistant", model } as const;
}

function toToolUse({ id, name, arguments: json }: ToolCall): AnswerBlock {
  return { type: "tool_use", id, name, input: inputOf(json) };
}

/**
 * A call's arguments as an object, which this wire requires. Any other value goes into an object, so nothing is lost.
 */
export function inputOf(json: string): object {
  try {
    const value = parseToRewrite(json === "" ? "{}" : json);
    return isObject(value) ? value : { input: value };
  } catch {
    return { input: json };
  }
}

/**
 * Clients run tools when this is `tool_use`: so it is if there are any, unless the answer was cut off after them.
 */
export function toStopReason({ finishReason, toolCalls }: Answered): StopReason {
  switch (finishReason) {
    case "length":
      return "max_tokens";
    case "content-filter":
      return "refusal";
    case "stop":
    case "tool-calls":
    case "other":
    default:
      return toolCalls.length > 0 ? "tool_use" : "end_turn";
  }
}
