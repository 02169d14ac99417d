import type { Message } from "@massgen/core/model";
import { cacheKeyOf } from "../fields/cache-key.ts";
import { samplingOf } from "../fields/sampling.ts";
import type { AskedRun } from "../wire.ts";
import type { ParsedMessage } from "./message-schema.ts";
import { requestFields } from "./request-fields.ts";
import type { ChatCompletionRequest } from "./request-schema.ts";
import { toRunTools } from "./tool-choice.ts";

/** The team's task: the whole request except what belongs to the connection. */
export function toRun(request: ChatCompletionRequest): AskedRun {
  const sampling = samplingOf(requestFields, request);
  const format = request.response_format;
  return {
    messages: toMessages(request.messages),
    ...toRunTools(request),
    ...(format && format.type !== "text" && { responseFormat: format }),
    ...(Object.keys(sampling).length > 0 && { sampling }),
    ...cacheKeyOf(request),
  };
}

/** Adds the called function's name to tool messages, since some providers need it. */
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
