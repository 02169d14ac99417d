import type { ToolCall } from "@massgen/core/model";
import { itemIdOf } from "./ids.ts";
import { customInput, type ClientTool } from "./tools.ts";

type ItemStatus = "in_progress" | "completed" | "incomplete";

/** The deliberation: a part for each of its phases. */
export interface ReasoningItem {
  readonly id: string;
  readonly type: "reasoning";
  readonly summary: readonly { readonly type: "summary_text"; readonly text: string }[];
  readonly encrypted_content: null;
  readonly status: ItemStatus;
}

export interface MessageItem {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly status: ItemStatus;
  readonly content: readonly TextPart[];
}

interface TextPart {
  readonly type: "output_text";
  readonly text: string;
  readonly annotations: readonly [];
  readonly logprobs: readonly [];
}

export type CallItem =
  | {
      readonly id: string;
      readonly type: "function_call";
      readonly call_id: string;
      readonly name: string;
      readonly namespace?: string;
      readonly arguments: string;
      readonly status: ItemStatus;
    }
  | {
      readonly id: string;
      readonly type: "custom_tool_call";
      readonly call_id: string;
      readonly name: string;
      readonly namespace?: string;
      readonly input: string;
      readonly status: ItemStatus;
    };

/** A part of a response's output. */
export type OutputItem = ReasoningItem | MessageItem | CallItem;

export function textPart(text: string): TextPart {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

export function reasoningItem(id: string, parts: readonly string[], status: ItemStatus): ReasoningItem {
  const summary = parts.map((text) => ({ type: "summary_text", text }) as const);
  return { id, type: "reasoning", summary, encrypted_content: null, status };
}

export function messageItem(id: string, texts: readonly string[], status: ItemStatus): MessageItem {
  return { id, type: "message", role: "assistant", status, content: texts.map(textPart) };
}

/** A call under the name that the client gave its tool. */
export function callItem(call: ToolCall, tools: ReadonlyMap<string, ClientTool>, id: string): CallItem {
  const tool = tools.get(call.name);
  const head = {
    call_id: call.id,
    name: tool?.name ?? call.name,
    ...(tool?.namespace !== undefined && { namespace: tool.namespace }),
    status: "completed",
  } as const;
  return tool?.custom === true
    ? { id, type: "custom_tool_call", ...head, input: customInput(call) }
    : { id, type: "function_call", ...head, arguments: call.arguments };
}

/** The output of an answer that was not streamed. */
export function wholeOutput(
  runId: string,
  tools: ReadonlyMap<string, ClientTool>,
  { text, toolCalls }: { readonly text: string; readonly toolCalls: readonly ToolCall[] },
  traces: readonly string[],
  status: "completed" | "incomplete",
): readonly OutputItem[] {
  return [
    ...(traces.length > 0 ? [reasoningItem(itemIdOf("rs", runId), traces, "completed")] : []),
    ...(text !== "" || toolCalls.length === 0 ? [messageItem(itemIdOf("msg", runId), [text], status)] : []),
    ...toolCalls.map((call, index) => callItem(call, tools, itemIdOf("fc", runId, index))),
  ];
}
