import type { ContentPart, Message, ToolCall } from "@massgen/core/model";
import { quoted } from "../fields/field.ts";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import type { InputItem } from "./input-items.ts";

type Turn = Exclude<InputItem, { type: "reference" } | { type: "nothing" }>;

/** The first break in the order of calls and outputs: each call has one output, behind it. */
export function callProblem(items: readonly InputItem[]): FieldProblem | undefined {
  const open = new Map<string, number>();
  const known = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (item.type === "call") {
      open.set(item.call.id, index);
      known.add(item.call.id);
    } else if (item.type === "output" && !open.delete(item.callId)) {
      const said = known.has(item.callId) ? "a call that has its output already" : "but no call before it has that id";
      return fieldProblem(["input"], `has an output for ${quoted(item.callId)}, ${said}`);
    }
  }
  const [id] = open.keys();
  return id === undefined
    ? undefined
    : fieldProblem(["input"], `has no output for the call ${quoted(id)}: send one for each call`);
}

/**
 * Items as messages: calls join the assistant's message that they stand behind, and outputs follow the calls that they
 * answer, wherever they stood.
 */
export function toMessages(items: readonly InputItem[]): Message[] {
  const turns = items.filter((item): item is Turn => item.type !== "reference" && item.type !== "nothing");
  const outputs = new Map(turns.flatMap((turn) => (turn.type === "output" ? [[turn.callId, turn]] : [])));
  const messages: Message[] = [];
  let calls: ToolCall[] = [];

  /** The outputs of the calls of the last message. */
  function answer(): void {
    const images: ContentPart[] = [];
    for (const { id, name } of calls) {
      const content = outputs.get(id)?.content ?? "";
      const shown = typeof content === "string" ? [] : content.filter(({ type }) => type === "image");
      messages.push({ role: "tool", toolCallId: id, name, content: textOf(content, shown.length) });
      images.push(...shown);
    }
    // Outputs are texts to most services. Their images stand in a message behind them.
    if (images.length > 0) messages.push({ role: "user", content: images });
    calls = [];
  }

  for (const turn of turns) {
    if (turn.type === "output") {
      answer();
      continue;
    }
    if (turn.type === "call") {
      const last = messages.at(-1);
      calls = [...calls, turn.call];
      if (last?.role === "assistant") messages[messages.length - 1] = { ...last, toolCalls: calls };
      else messages.push({ role: "assistant", content: "", toolCalls: calls });
      continue;
    }
    answer();
    messages.push(messageOf(turn));
  }
  answer();
  return messages;
}

function messageOf({ role, content }: Extract<Turn, { type: "message" }>): Message {
  return role === "user" ? { role, content } : { role, content: textOf(content, 0) };
}

function textOf(content: string | readonly ContentPart[], images: number): string {
  const text =
    typeof content === "string" ? content : content.map((part) => (part.type === "text" ? part.text : "")).join("");
  if (images === 0) return text;
  const seen = `(${images === 1 ? "An image" : `${images} images`} of this output: see below.)`;
  return text === "" ? seen : `${text}\n${seen}`;
}
