import type { ToolCall } from "@massgen/core/model";
import { customInput } from "./custom-calls.ts";
import type { ClientTool } from "./tools.ts";

export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** The deliberation: a summary part for each of its phases. */
export interface ReasoningItem {
  readonly id: string;
  readonly type: "reasoning";
  readonly summary: readonly { readonly type: "summary_text"; readonly text: string }[];
  /** The reasoning of the model that wrote the answer; absent if none is shown. */
  readonly content?: readonly { readonly type: "reasoning_text"; readonly text: string }[];
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

export function reasoningItem(
  id: string,
  summary: readonly string[],
  content: readonly string[],
  status: ItemStatus,
): ReasoningItem {
  return {
    id,
    type: "reasoning",
    summary: summary.map((text) => ({ type: "summary_text", text })),
    ...(content.length > 0 && { content: content.map((text) => ({ type: "reasoning_text", text }) as const) }),
    encrypted_content: null,
    status,
  };
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
