import type { ChatRequest, Sampling, Tool } from "@massgen/core/model";
import type { Rung } from "@massgen/provider-kit/forcing";
import { numberOf } from "@massgen/provider-kit/parts";
import { extrasFor, type JsonObject } from "@massgen/provider-kit/wire";
import { changedSampling, type Draft } from "../remedies/remedy.ts";
import { samplingOf as mergedSampling } from "../sampling-options.ts";
import { markField, withCacheMarks } from "./cache-marks.ts";
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

/** The ways of forcing a tool call that this wire has. */
export const messagesRungs: readonly Rung[] = ["forced", "without-thinking", "instructed", "text"];

/** Sampling fields as they stand in the body. */
const samplingFields = { topK: "top_k", topP: "top_p", temperature: "temperature" } as const;
/** These, and other fields that a remedy may leave out. */
const reportedFields = { ...samplingFields, stop: "stop_sequences" };

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
  rung: Rung | undefined,
): Draft {
  const { sampling, unknown } = samplingOf(request.sampling, options);
  const { thinking, goesBack } = thinkingOf(model, request, options, rung === "without-thinking");
  const prompt = promptOf(request, goesBack ? model : undefined, hasOwnMark(request, options));
  const stop = sampling.stop?.filter((text) => text.trim() !== "");
  const own: Record<string, unknown> = {
    model,
    max_tokens: outputLimitOf(sampling, options, thinking),
    ...prompt,
    ...(thinking !== undefined && { thinking }),
    ...(options.effort !== undefined && { output_config: { effort: options.effort } }),
    ...(stop !== undefined && stop.length > 0 && { stop_sequences: stop }),
    ...options.fields,
    stream: true,
  };
  for (const [name, field] of Object.entries(samplingFields)) {
    const value = sampling[name as keyof typeof samplingFields];
    if (value !== undefined) own[field] = value;
  }
  const leftOut = stop?.length === sampling.stop?.length ? unknown : [...unknown, "stop"];
  return {
    own,
    finish(mended) {
      const body = { ...mended, ...options.extraBody, ...extrasFor("claude", request) };
      return {
        body: rung === "without-thinking" ? { ...body, thinking } : body,
        dropped: [...leftOut, ...changedSampling(reportedFields, (field) => own[field] !== mended[field])],
      };
    },
  };
}

/**
 * Claude counts thinking as output. It gets room on top of the limit of the answer, unless the limit is configured and
 * large enough.
 */
function outputLimitOf(
  { maxOutputTokens: limit = defaultMaxTokens }: Sampling,
  { sampling: configured }: AnthropicOptions,
  thinking: JsonObject | undefined,
): number {
  const budget = thinking?.["type"] === "enabled" ? numberOf(thinking["budget_tokens"]) : undefined;
  if (budget === undefined || (limit > budget && limit === configured.maxOutputTokens)) return limit;
  return limit + budget;
}

/** A penalty of zero has no effect, so leaving it out is not reported. */
function samplingOf(
  asked: Sampling = {},
  { sampling: configured, topK }: AnthropicOptions,
): { sampling: Sampling & { readonly topK?: number }; unknown: string[] } {
  const { temperature } = asked;
  const cooled = temperature === undefined ? asked : { ...asked, temperature: Math.min(temperature, hottest) };
  const sampling = {
    ...mergedSampling(cooled, configured),
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
  // Sent explicitly, since newer models think unless they are told not to.
  if (switchedOff) return { thinking: { type: "disabled" }, goesBack: false };
  if (thinking === undefined) return { goesBack: true };
  if (thinking["type"] === "disabled") return { thinking, goesBack: false };
  return hasThoughtlessCalls(messages, model) ? { goesBack: false } : { thinking, goesBack: true };
}

/**
 * Tools, system and messages; marked where they are to be cached, if it is known what later requests begin with.
 *
 * @param ownMark whether the configuration sets a mark of its own
 */
function promptOf(request: ChatRequest, thinkingModel: string | undefined, ownMark: boolean): JsonObject {
  const { prefix, messages } = request;
  const { shared, ...conversation } = conversationOf(messages, thinkingModel, prefix?.added);
  const plain = { ...conversation, tools: (request.tools ?? []).map(toolOf) };
  const prompt = withCacheMarks(plain, prefix && shared, ownMark ? 1 : 0);
  const { tools, system } = prompt;
  const [only, ...others] = system;
  return {
    // A text of its own where it needs no mark: more services take it.
    ...(only !== undefined && { system: others.length > 0 || markField in only ? system : only["text"] }),
    messages: prompt.messages,
    ...(tools.length > 0 && { tools, ...choiceOf(request) }),
  };
}

/** A mark for the request as a whole, which counts among the others. */
function hasOwnMark(request: ChatRequest, { fields, extraBody }: AnthropicOptions): boolean {
  return [fields, extraBody, extrasFor("claude", request)].some((some) => some[markField] !== undefined);
}

function choiceOf({ toolChoice = "auto", parallelToolCalls }: ChatRequest): JsonObject {
  const choice =
    typeof toolChoice === "object"
      ? { type: "tool", name: toolChoice.name }
      : { type: toolChoice === "required" ? "any" : toolChoice };
  return {
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
