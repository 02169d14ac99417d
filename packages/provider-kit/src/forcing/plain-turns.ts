import type { AssistantMessage, Message } from "@massgen/core/model";

/**
 * A conversation with its tool calls and their results as plain text: where no tools are offered, many services refuse
 * the real ones.
 */
export function withoutToolTurns(messages: readonly Message[]): readonly Message[] {
  const names = new Map<string, string>();
  const plain: Message[] = [];
  for (const message of messages) {
    if (message.role === "assistant") for (const { id, name } of message.toolCalls ?? []) names.set(id, name);
    const turn = plainTurn(message, names);
    const last = plain.at(-1);
    // Results of parallel calls would make several turns of the user.
    if (message.role === "tool" && last?.role === "user" && typeof last.content === "string") {
      plain[plain.length - 1] = { role: "user", content: `${last.content}\n\n${turn.content as string}` };
    } else plain.push(turn);
  }
  return plain;
}

/** @param names of the tools called so far, by the ids of the calls */
function plainTurn(message: Message, names: ReadonlyMap<string, string>): Message {
  switch (message.role) {
    case "system":
    case "user":
      return message;
    case "assistant":
      return { role: "assistant", content: spoken(message) };
    case "tool": {
      const name = message.name ?? names.get(message.toolCallId) ?? message.toolCallId;
      return { role: "user", content: `Result of \`${name}\`:\n${message.content}` };
    }
  }
}

function spoken({ content, toolCalls = [] }: AssistantMessage): string {
  const calls = toolCalls.map(({ name, arguments: text }) => `I called \`${name}\` with ${text}`);
  return [...(content === "" ? [] : [content]), ...calls].join("\n\n");
}
