import type { ChatRequest, Sampling, Tool } from "@massgen/core/model";
import type { Rung } from "../forcing/rung.ts";
import type { JsonObject } from "../wire/json-value.ts";
import { conversationOf } from "./conversation.ts";
import { hasThoughtlessCalls } from "./thinking.ts";

/** The fields of a backend's options that go into a request. */
export interface AnthropicOptions {
  readonly sampling: Sampling;
  readonly topK?: number;
  readonly thinking?: JsonObject;
  readonly effort?: string;
  /** Sent as written. */
  readonly fields: JsonObject;
  /** Merged into the body last. */
  readonly extraBody: JsonObject;
}

/** What a model was found to refuse; kept per model, so that later calls leave it out from the start. */
export interface Refusals {
  /** Body fields to leave out. */
  readonly fields: ReadonlySet<string>;
}

/** What a model refuses before anything was tried. */
export const initialRefusals: Refusals = { fields: new Set() };

/** The ways of forcing a tool call that this wire has. */
export const messagesRungs: readonly Rung[] = ["forced", "without-thinking", "instructed", "text"];

/** A request body, and the sampling parameters it leaves out. */
export interface MessagesBody {
  readonly body: JsonObject;
  /** Refused by the model, or unknown to this wire. */
  readonly dropped: readonly string[];
}

/** Sampling fields that a model may refuse, as they stand in the body. The one to give up first comes first. */
export const refusableFields = { topK: "top_k", topP: "top_p", temperature: "temperature" } as const;

const defaultMaxTokens = 8192;
/** OpenAI's scale goes to 2. */
const hottest = 1;

/**
 * Writes the body of a request for a streamed message.
 *
 * @param rung on which a tool call is forced, if one is; the request has been put on it already
 */
export function messagesBody(
  model: string,
  request: ChatRequest,
  options: AnthropicOptions,
  refusals: Refusals,
  rung: Rung | undefined,
): MessagesBody {
  const { sampling, unknown } = samplingOf(request.sampling, options);
  const { thinking, goesBack } = thinkingOf(model, request, options, rung === "without-thinking");
  const { system, messages } = conversationOf(request.messages, goesBack ? model : undefined);
  const stop = sampling.stop?.filter((text) => text.trim() !== "");
  const body: Record<string, unknown> = {
    model,
    max_tokens: sampling.maxOutputTokens ?? defaultMaxTokens,
    ...(system !== undefined && { system }),
    messages,
    ...toolsOf(request),
    ...(thinking !== undefined && { thinking }),
    ...(options.effort !== undefined && { output_config: { effort: options.effort } }),
    ...(stop !== undefined && stop.length > 0 && { stop_sequences: stop }),
    ...options.fields,
    stream: true,
  };
  const dropped = stop?.length === sampling.stop?.length ? unknown : [...unknown, "stop"];
  for (const [name, field] of Object.entries(refusableFields)) {
    const value = sampling[name as keyof typeof refusableFields];
    if (value === undefined) continue;
    if (refusals.fields.has(field)) dropped.push(name);
    else body[field] = value;
  }
  const extended = { ...body, ...options.extraBody };
  return { body: rung === "without-thinking" ? { ...extended, thinking } : extended, dropped };
}

/** A zero penalty is none, so nothing is lost without it. */
function samplingOf(
  asked: Sampling = {},
  { sampling: configured, topK }: AnthropicOptions,
): { sampling: Sampling & { readonly topK?: number }; unknown: string[] } {
  const sampling = {
    ...asked,
    ...(asked.temperature !== undefined && { temperature: Math.min(asked.temperature, hottest) }),
    ...configured,
    ...(topK !== undefined && { topK }),
  };
  const unknown = (["seed", "reasoningEffort"] as const).filter((name) => sampling[name] !== undefined);
  const penalties = (["frequencyPenalty", "presencePenalty"] as const).filter((name) => sampling[name]);
  return { sampling, unknown: [...unknown, ...penalties] };
}

/** What the request says about thinking, and whether earlier thinking goes back with it: both or neither. */
function thinkingOf(
  model: string,
  { messages }: ChatRequest,
  { thinking }: AnthropicOptions,
  switchedOff: boolean,
): { thinking?: JsonObject; goesBack: boolean } {
  // Said in so many words: newer models think unless they are told not to.
  if (switchedOff) return { thinking: { type: "disabled" }, goesBack: false };
  if (thinking === undefined) return { goesBack: true };
  if (thinking["type"] === "disabled") return { thinking, goesBack: false };
  return hasThoughtlessCalls(messages, model) ? { goesBack: false } : { thinking, goesBack: true };
}

function toolsOf({ tools = [], toolChoice = "auto", parallelToolCalls }: ChatRequest): JsonObject {
  if (tools.length === 0) return {};
  const choice =
    typeof toolChoice === "object"
      ? { type: "tool", name: toolChoice.name }
      : { type: toolChoice === "required" ? "any" : toolChoice };
  return {
    tools: tools.map(toolOf),
    tool_choice: {
      ...choice,
      ...(parallelToolCalls === false && toolChoice !== "none" && { disable_parallel_tool_use: true }),
    },
  };
}

function toolOf({ name, description, parameters }: Tool): JsonObject {
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: { type: "object", ...parameters },
  };
}
