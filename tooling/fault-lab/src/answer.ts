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
  /** Text and arguments go out in one event each, however long; otherwise in a few. */
  readonly unsplit?: boolean;
}

/** A ballot for a label such as `agent1`. */
export function voteCall(label: string, reason: string): AnswerCall {
  return { name: "vote", arguments: JSON.stringify({ agent_id: label, reason }) };
}
