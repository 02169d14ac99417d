import { givenFields } from "./call-fields.ts";
import type { ToolCall } from "@massgen/core/model";
import { toMetadata, type MassgenMetadata } from "../../runs/metadata.ts";
import { usageOfRun } from "../../runs/usage.ts";
import type { Answer, Answered } from "../wire.ts";
import { completionIdOf, type OwnCompletion } from "./kept-completion.ts";
import { toUsage, type CompletionUsage } from "../openai-usage.ts";

export type WireFinishReason = "stop" | "length" | "tool_calls" | "content_filter";

/** A whole tool call in a message. */
export interface WireToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** The answer to a request that is not streamed. */
export interface ChatCompletion {
  readonly id: string;
  readonly object: "chat.completion";
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly [
    {
      readonly index: 0;
      readonly message: {
        readonly role: "assistant";
        /** Null only beside tool calls. */
        readonly content: string | null;
        readonly refusal: null;
        readonly reasoning_content?: string;
        readonly reasoning?: string;
        readonly tool_calls?: readonly WireToolCall[];
      };
      readonly logprobs: null;
      readonly finish_reason: WireFinishReason;
    },
  ];
  readonly usage: CompletionUsage;
  /** The client's own; only of a completion that is stored. */
  readonly metadata?: object;
  readonly massgen_metadata: MassgenMetadata;
}

/** What this wire needs to answer one run. */
export type ChatAnswer = Answer<OwnCompletion>;

/** Builds the response from a finished run. `traces` has the trace text of each phase; empty if none are shown. */
export function toCompletion(answer: ChatAnswer, result: Answered, traces: readonly string[]): ChatCompletion {
  const { text, toolCalls, receipt } = result;
  return {
    ...headOf(answer, "chat.completion"),
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text === "" && toolCalls.length > 0 ? null : text,
          refusal: null,
          ...toReasoning(traces.join(""), answer.reasoningAlias),
          ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(toWireToolCall) }),
        },
        logprobs: null,
        finish_reason: toFinishReason(result),
      },
    ],
    usage: toUsage(usageOfRun(receipt)),
    ...(answer.own.kept && { metadata: answer.own.kept.metadata }),
    massgen_metadata: toMetadata(answer, receipt),
  };
}

/** The common first fields of a completion and every chunk. */
export function headOf<Kind extends string>({ answerId, runId, startedAt, model, own }: ChatAnswer, object: Kind) {
  const id = own.kept === undefined ? `chatcmpl-${answerId}` : completionIdOf(runId);
  return { id, object, created: Math.floor(startedAt / 1000), model };
}

/** The fields that carry trace text; none for the empty text. */
export function toReasoning(text: string, alias: boolean): { reasoning_content?: string; reasoning?: string } {
  if (text === "") return {};
  return alias ? { reasoning_content: text, reasoning: text } : { reasoning_content: text };
}

export function toWireToolCall(call: ToolCall): WireToolCall {
  const { fields, functionFields } = givenFields(call);
  const { id, name, arguments: json } = call;
  return { ...fields, id, type: "function", function: { ...functionFields, name, arguments: json } };
}

/**
 * Client-side agents run tools when this is `tool_calls`: so it is if there are any, unless the answer was cut off
 * after them.
 */
export function toFinishReason({ finishReason, toolCalls }: Answered): WireFinishReason {
  switch (finishReason) {
    case "length":
      return "length";
    case "content-filter":
      return "content_filter";
    case "stop":
    case "tool-calls":
    case "other":
    default:
      return toolCalls.length > 0 ? "tool_calls" : "stop";
  }
}
