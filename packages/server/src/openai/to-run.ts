import type { RunRequest } from "@massgen/core";
import type { Message, Sampling } from "@massgen/core/model";
import type { ParsedMessage } from "./message-schema.ts";
import type { ChatCompletionRequest } from "./request-schema.ts";
import { toRunTools } from "./tool-choice.ts";

/** What the team is asked to do: all of the request but what belongs to the connection. */
export function toRun(
  request: ChatCompletionRequest,
): Pick<RunRequest, "messages" | "tools" | "toolChoice" | "parallelToolCalls" | "responseFormat" | "sampling"> {
  const sampling = toSampling(request);
  const format = request.response_format;
  return {
    messages: toMessages(request.messages),
    ...toRunTools(request),
    ...(isSet(format) && format.type !== "text" && { responseFormat: format }),
    ...(Object.keys(sampling).length > 0 && { sampling }),
  };
}

/** Tool messages get the names of the calls that they answer: some providers ask for them. */
function toMessages(messages: readonly ParsedMessage[]): Message[] {
  const called = new Map<string, string>();
  return messages.map((message): Message => {
    switch (message.role) {
      case "system":
      case "developer":
        return { role: "system", content: message.content };
      case "user":
        return { role: "user", content: message.content };
      case "assistant": {
        const { tool_calls: toolCalls } = message;
        for (const { id, name } of toolCalls ?? []) called.set(id, name);
        return {
          role: "assistant",
          content: message.content === "" ? (message.refusal ?? "") : message.content,
          ...(toolCalls?.length && { toolCalls }),
        };
      }
      case "tool": {
        const name = called.get(message.tool_call_id);
        return {
          role: "tool",
          toolCallId: message.tool_call_id,
          ...(name !== undefined && { name }),
          content: message.content,
        };
      }
    }
  });
}

/** Null counts as absent, and so do a token limit of 0 or -1, no stop sequences, and an effort left to the model. */
function toSampling(request: ChatCompletionRequest): Sampling {
  const { temperature, top_p, stop, seed, frequency_penalty, presence_penalty, reasoning_effort } = request;
  const limit = [request.max_completion_tokens, request.max_tokens].find((tokens) => isSet(tokens) && tokens > 0);
  return {
    ...(isSet(temperature) ? { temperature } : {}),
    ...(isSet(top_p) ? { topP: top_p } : {}),
    ...(isSet(limit) ? { maxOutputTokens: limit } : {}),
    ...(isSet(stop) && stop.length > 0 ? { stop: typeof stop === "string" ? [stop] : stop } : {}),
    ...(isSet(seed) ? { seed } : {}),
    ...(isSet(frequency_penalty) ? { frequencyPenalty: frequency_penalty } : {}),
    ...(isSet(presence_penalty) ? { presencePenalty: presence_penalty } : {}),
    ...(isSet(reasoning_effort) && reasoning_effort !== "auto" ? { reasoningEffort: reasoning_effort } : {}),
  };
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
