import type { ParsedMessage } from "./message-schema.ts";

type Speech = Extract<ParsedMessage, { role: "user" | "assistant" }>;

/** A message, or neighbours that Anthropic takes for one, and where it began. */
export interface Turn {
  readonly message: ParsedMessage;
  readonly index: number;
}

/**
 * Joins the messages of one role in a row around tools, as Anthropic does: calls or results may be spread over several
 * messages. Instructions between calls and their results come after the results.
 */
export function turnsOf(messages: readonly ParsedMessage[]): readonly Turn[] {
  const turns: Turn[] = [];
  /** The last message that is not an instruction. */
  let last:
    | { readonly role: Speech["role"]; readonly content: Speech["content"][number][]; calls: boolean }
    | undefined;
  let held: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === "system") {
      if (last?.calls === true) held.push({ message, index });
      else turns.push({ message, index });
      continue;
    }
    const { role } = message;
    const joins = last?.role === role && (role === "user" ? message.content.some(isResult) : last.calls);
    if (last !== undefined && joins) {
      for (const block of message.content) last.content.push(block);
      last.calls ||= message.content.some(isCall);
      continue;
    }
    const content = [...message.content];
    last = { role, content, calls: content.some(isCall) };
    turns.push({ message: { role, content }, index });
    if (role === "assistant") continue;
    turns.push(...held);
    held = [];
  }
  return [...turns, ...held];
}

function isCall({ type }: { readonly type: string }): boolean {
  return type === "call";
}

function isResult({ type }: { readonly type: string }): boolean {
  return type === "result";
}
