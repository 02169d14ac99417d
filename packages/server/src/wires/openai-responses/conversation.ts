import type { ContentPart, Message } from "@massgen/core/model";
import { quoted } from "../fields/field.ts";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import type { InputItem } from "./input-items.ts";

type Call = Extract<InputItem, { type: "call" }>;
type Output = Extract<InputItem, { type: "output" }>;

/** The first problem with calls and outputs: each call has one output, after it. Later calls may reuse ids. */
export function callProblem(items: readonly InputItem[]): FieldProblem | undefined {
  const open = new Set<string>();
  const known = new Set<string>();
  for (const item of items) {
    if (item.type === "call") {
      const { id } = item.call;
      if (open.has(id)) return fieldProblem(["input"], `has two calls ${quoted(id)}: the first has no output yet`);
      open.add(id);
      known.add(id);
    } else if (item.type === "output" && !open.delete(item.callId)) {
      const said = known.has(item.callId) ? "a call that has its output already" : "but no call before it has that id";
      return fieldProblem(["input"], `has an output for ${quoted(item.callId)}, ${said}`);
    }
  }
  const [id] = open;
  return id === undefined
    ? undefined
    : fieldProblem(["input"], `has no output for the call ${quoted(id)}: send one for each call`);
}

/**
 * Converts items to messages. Calls join the assistant message before them. Outputs follow the calls that they answer,
 * wherever they stood.
 */
export function toMessages(items: readonly InputItem[]): Message[] {
  const outputs = outputsOf(items);
  const messages: Message[] = [];
  /** Calls of one assistant message. */
  let calls: Call[] = [];

  function addCalls(): void {
    if (calls.length === 0) return;
    const last = messages.at(-1);
    const content = last?.role === "assistant" ? last.content : "";
    if (last?.role === "assistant") messages.pop();
    messages.push({ role: "assistant", content, toolCalls: calls.map(({ call }) => call) });
    const images: ContentPart[] = [];
    for (const item of calls) {
      const { id, name } = item.call;
      const content = outputs.get(item)?.content ?? "";
      const shown = typeof content === "string" ? [] : content.filter(({ type }) => type === "image");
      messages.push({ role: "tool", toolCallId: id, name, content: textOf(content, shown.length) });
      for (const image of shown) images.push(image);
    }
    // Most services take outputs as text only. Their images stand in a message after them.
    if (images.length > 0) messages.push({ role: "user", content: images });
    calls = [];
  }

  for (const item of items) {
    if (item.type === "call") calls.push(item);
    else if (item.type === "output") addCalls();
    else if (item.type === "message") {
      addCalls();
      messages.push(messageOf(item));
    }
  }
  addCalls();
  return messages;
}

/** The output of each call: ids may be reused. */
function outputsOf(items: readonly InputItem[]): ReadonlyMap<Call, Output> {
  const open = new Map<string, Call>();
  const outputs = new Map<Call, Output>();
  for (const item of items) {
    if (item.type === "call") open.set(item.call.id, item);
    if (item.type !== "output") continue;
    const call = open.get(item.callId);
    if (call !== undefined) outputs.set(call, item);
  }
  return outputs;
}

function messageOf({ role, content }: Extract<InputItem, { type: "message" }>): Message {
  return role === "user" ? { role, content } : { role, content: textOf(content, 0) };
}

function textOf(content: string | readonly ContentPart[], images: number): string {
  const text =
    typeof content === "string" ? content : content.map((part) => (part.type === "text" ? part.text : "")).join("");
  if (images === 0) return text;
  const seen = `(${images === 1 ? "An image" : `${images} images`} of this output: see below.)`;
  return text === "" ? seen : `${text}\n${seen}`;
}
