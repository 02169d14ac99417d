/** Tokens as a model reports them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A tool call; arguments as the model wrote them, JSON or not. */
export interface AnswerCall {
  readonly name: string;
  readonly arguments: string;
}

/** What a model says to one call, in nobody's dialect: a text, tool calls, or both in this order. */
export interface Answer {
  readonly text: string;
  readonly calls: readonly AnswerCall[];
  readonly usage: Usage;
  /** Why it ends, if not by itself: cut off by the limit of output, or a word that no list holds. */
  readonly ends?: "cut" | "odd";
  /** What a second choice holds, where the wire has choices: other words, or the calls, apart from the text. */
  readonly second?: "words" | "calls";
  /** Text and arguments go out in one event each, however long; otherwise in a few. */
  readonly unsplit?: boolean;
}

/** What a second choice says, where it has words of its own. */
export const otherWords = "Something else.";

/** The same with its calls written as text, as models do where they cannot call. */
export function written(answer: Answer): Answer {
  const end = answer.ends === "cut" ? "" : "}";
  const calls = answer.calls.map(
    (call) => `{"tool": ${JSON.stringify(call.name)}, "arguments": ${call.arguments}${end}`,
  );
  return { ...answer, text: [answer.text, ...calls].filter((text) => text !== "").join("\n"), calls: [] };
}

/** A ballot for a label such as `agent1`. */
export function voteCall(label: string, reason: string): AnswerCall {
  return { name: "vote", arguments: JSON.stringify({ agent_id: label, reason }) };
}
