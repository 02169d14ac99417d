import { textOf, type ChatRequest, type Message, type Sampling } from "@massgen/core/model";

/** The sampling parameters that Acme takes, by the names it has for them. */
const sampling: Readonly<Partial<Record<keyof Sampling, string>>> = {
  temperature: "temperature",
  maxOutputTokens: "max_tokens",
  stop: "stop",
};

/** Writes a request in Acme's words. What is not set is left out; what Acme has no word for is said. */
export function bodyOf(
  model: string,
  request: ChatRequest,
): { readonly body: Readonly<Record<string, unknown>>; readonly droppedParameters: readonly string[] } {
  const { messages, tools, toolChoice, parallelToolCalls, responseFormat } = request;
  const given = Object.entries(request.sampling ?? {}).filter(([, value]) => value !== undefined);
  const nameOf = (parameter: string): string | undefined => sampling[parameter as keyof Sampling];
  const body = {
    model,
    turns: messages.map(turnOf),
    tools: tools?.map(({ name, description, parameters }) => ({ name, description, parameters })),
    // "auto", "none", "required" or the name of one tool, which Acme writes as we do.
    tool_choice: typeof toolChoice === "object" ? { tool: toolChoice.name } : toolChoice,
    one_call: parallelToolCalls === false ? true : undefined,
    format: responseFormat?.type === "json-schema" ? { schema: responseFormat.schema } : responseFormat?.type,
    ...Object.fromEntries(
      given.flatMap(([name, value]) => (nameOf(name) === undefined ? [] : [[nameOf(name), value]])),
    ),
  };
  return { body, droppedParameters: given.map(([name]) => name).filter((name) => nameOf(name) === undefined) };
}

function turnOf(message: Message): Readonly<Record<string, unknown>> {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, text: textOf(message) };
    case "assistant":
      return {
        role: "assistant",
        text: message.content,
        calls: message.toolCalls?.map(({ id, name, arguments: args }) => ({ id, name, arguments: args })),
      };
    case "tool":
      return { role: "tool", call: message.toolCallId, text: message.content };
  }
}
