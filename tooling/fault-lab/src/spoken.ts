import { argumentsText, type Answer } from "@massgen/upstream";

/** The same with nothing but this text. */
export function saying(answer: Answer, content: string): Answer {
  return { ...answer, text: content, toolCalls: [], finish: answer.finish === "length" ? "length" : "stop" };
}

/** The same with its calls written as text, as models do where they cannot call. */
export function written(answer: Answer): Answer {
  const end = answer.finish === "length" ? "" : "}";
  const calls = answer.toolCalls.map(
    (call) => `{"tool": ${JSON.stringify(call.name)}, "arguments": ${argumentsText(call)}${end}`,
  );
  return saying(answer, [answer.text, ...calls].filter((part) => part !== "").join("\n"));
}

/** The same with the arguments of its calls rewritten. */
export function withArguments(answer: Answer, change: (args: string) => string): Answer {
  const toolCalls = answer.toolCalls.map((call) => ({ ...call, arguments: change(argumentsText(call)) }));
  return { ...answer, toolCalls };
}
