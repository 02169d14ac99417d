import type { AssistantMessage, Message, ToolCall } from "@massgen/core/model";

/**
 * A conversation with its tool calls and their results as plain text: where no tools are offered, many services refuse the real
 * ones.
 */
export function withoutToolTurns(messages: readonly Message[]): readonly Message[] {
  const plain: Message[] = [];
  for (const message of messages) {
    const turn = plainTurn(message, messages);
    const last = plain.at(-1);
    // Results of parallel calls would make several turns of the user.
    if (message.role === "tool" && last?.role === "user" && typeof last.content === "string") {
      plain[plain.length - 1] = { role: "user", content: `${last.content}\n\n${turn.content as string}` };
    } else plain.push(turn);
  }
  return plain;
}

function plainTurn(message: Message, messages: readonly Message[]): Message {
  switch (message.role) {
    case "system":
    case "user":
      return message;
    case "assistant":
      return { role: "assistant", content: spoken(message) };
    case "tool": {
      const name = message.name ?? callOf(message.toolCallId, messages)?.name ?? message.toolCallId;
      return { role: "user", content: `Result of \`${name}\`:\n${message.content}` };
    }
  }
}

function spoken({ content, toolCalls = [] }: AssistantMessage): string {
  const calls = toolCalls.map(({ name, arguments: text }) => `I called \`${name}\` with ${text}`);
  return [...(content === "" ? [] : [content]), ...calls].join("\n\n");
}

function callOf(id: string, messages: readonly Message[]): ToolCall | undefined {
  return messages
    .flatMap((message) => (message.role === "assistant" ? (message.toolCalls ?? []) : []))
    .findLast((call) => call.id === id);
}
