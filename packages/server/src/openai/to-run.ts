import type { RunRequest } from "@massgen/core";
import type { Message, Sampling } from "@massgen/core/model";
import type { ParsedMessage } from "./message-schema.ts";
import type { ChatCompletionRequest } from "./request-schema.ts";

/** What the team is asked to do: the conversation and the sampling, without what belongs to the connection. */
export function toRun(request: ChatCompletionRequest): Pick<RunRequest, "messages" | "sampling"> {
  const sampling = toSampling(request);
  return {
    messages: request.messages.map(toMessage),
    ...(Object.keys(sampling).length === 0 ? {} : { sampling }),
  };
}

function toMessage(message: ParsedMessage): Message {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: message.content };
    case "user":
      return { role: "user", content: message.content };
    case "assistant":
      return { role: "assistant", content: message.content === "" ? (message.refusal ?? "") : message.content };
  }
}

/** Null counts as absent, and so does a token limit of 0. */
function toSampling(request: ChatCompletionRequest): Sampling {
  const { temperature, top_p, stop, seed, frequency_penalty, presence_penalty, reasoning_effort } = request;
  const limit = request.max_completion_tokens || request.max_tokens || undefined;
  return {
    ...(isSet(temperature) ? { temperature } : {}),
    ...(isSet(top_p) ? { topP: top_p } : {}),
    ...(isSet(limit) ? { maxOutputTokens: limit } : {}),
    ...(isSet(stop) ? { stop: typeof stop === "string" ? [stop] : stop } : {}),
    ...(isSet(seed) ? { seed } : {}),
    ...(isSet(frequency_penalty) ? { frequencyPenalty: frequency_penalty } : {}),
    ...(isSet(presence_penalty) ? { presencePenalty: presence_penalty } : {}),
    ...(isSet(reasoning_effort) ? { reasoningEffort: reasoning_effort } : {}),
  };
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
