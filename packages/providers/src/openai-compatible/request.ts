import type { ChatRequest, Sampling, Tool } from "@massgen/core/model";
import type { Rung } from "@massgen/provider-kit/forcing";
import { extrasFor } from "@massgen/provider-kit/wire";
import { merged } from "../merged-body.ts";
import { samplingOf } from "../sampling-options.ts";
import { changedSampling, type Draft } from "../remedies/remedy.ts";
import { messagesOf, type MessageStyle } from "./messages.ts";
import type { Api, BodyFields, Vendor } from "./vendor.ts";

/** Sampling fields as they stand in the body, by their names in {@link Sampling}. */
const samplingFields = {
  temperature: "temperature",
  topP: "top_p",
  stop: "stop",
  seed: "seed",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  reasoningEffort: "reasoning_effort",
} as const satisfies Readonly<Partial<Record<keyof Sampling, string>>>;

/** The parts of a backend's options that the body takes in. */
export interface BodyOptions {
  readonly sampling: Sampling;
  /** Sent as written. */
  readonly fields: BodyFields;
  /** Merged into the body last. */
  readonly extraBody: BodyFields;
}

/** What one call asks for besides its request. */
export interface BodyMode {
  /** On which rung a tool call is forced, if one is. The request has been put on it already. */
  readonly rung?: Rung;
  /** Switches thinking off where the vendor can, and leaves earlier thinking out of the conversation. */
  readonly withoutThinking: boolean;
}

/** Writes the body of a chat completion. */
export function chatBody(
  model: string,
  vendor: Vendor,
  request: ChatRequest,
  options: BodyOptions,
  mode: BodyMode,
): Draft {
  const sampling = samplingOf(request.sampling, options.sampling);
  const switchedOff = mode.withoutThinking && vendor.withoutThinking !== undefined;
  // Services refuse an effort together with switched-off thinking.
  const { reasoningEffort, ...others } = sampling;
  const sent: Sampling = switchedOff ? others : sampling;
  const sampled = Object.entries(samplingFields).flatMap(([name, field]) => {
    const value = sent[name as keyof Sampling];
    return value === undefined || (name === "stop" && sent.stop?.length === 0) ? [] : [[field, value] as const];
  });
  const own: Record<string, unknown> = {
    model,
    messages: messagesOf(request.messages, styleOf(model, vendor, mode)),
    stream: true,
    stream_options: { include_usage: true },
    ...toolsOf(vendor, request),
    ...formatOf(request),
    ...cacheKeyOf(vendor, "chat", request),
    ...(sampling.maxOutputTokens !== undefined && { [vendor.tokenField ?? "max_tokens"]: sampling.maxOutputTokens }),
    ...options.fields,
    ...Object.fromEntries(sampled),
  };
  const forces = mode.rung === "forced" || mode.rung === "without-thinking" || mode.rung === "schema";
  return {
    own,
    finish: (mended) => ({
      body: merged(
        { ...mended, ...options.extraBody, ...extrasFor(vendor.type, request) },
        forces ? vendor.whileForcing : undefined,
        switchedOff ? vendor.withoutThinking : undefined,
      ),
      dropped: [
        ...changedSampling(samplingFields, (field) => own[field] !== mended[field]),
        ...(switchedOff && reasoningEffort !== undefined ? ["reasoningEffort"] : []),
      ],
    }),
  };
}

/** The key by which the service finds the beginning of the prompt in its cache, where it takes one. */
export function cacheKeyOf({ promptCacheKey = [] }: Vendor, api: Api, { prefix }: ChatRequest): BodyFields {
  return prefix !== undefined && promptCacheKey.includes(api) ? { prompt_cache_key: prefix.key } : {};
}

function styleOf(
  model: string,
  { type, reasoningBack, toolCallIds, alternatingTurns }: Vendor,
  mode: BodyMode,
): MessageStyle {
  const goesBack = reasoningBack !== undefined && !mode.withoutThinking;
  return {
    ...(goesBack && { reasoning: { provider: type, model, field: reasoningBack } }),
    callOwner: { provider: type, model },
    ...(toolCallIds !== undefined && { toolCallIds }),
    ...(alternatingTurns && { alternatingTurns }),
  };
}

function toolsOf(vendor: Vendor, request: ChatRequest): Record<string, unknown> {
  const { tools = [], toolChoice = "auto", parallelToolCalls } = request;
  if (tools.length === 0 || vendor.tools === false) return {};
  const name = typeof toolChoice === "object" ? toolChoice.name : undefined;
  const word = vendor.force ?? "required";
  const sole = name !== undefined && vendor.forceBySoleTool === true;
  const offered = sole ? tools.filter((tool) => tool.name === name) : tools;
  const choice =
    name !== undefined && !sole
      ? { type: "function", function: { name } }
      : sole || toolChoice === "required"
        ? word
        : toolChoice;
  return {
    tools: offered.map(toolOf),
    tool_choice: choice,
    ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
  };
}

function toolOf(tool: Tool): unknown {
  return {
    type: "function",
    function: {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      parameters: tool.parameters ?? { type: "object", properties: {} },
      ...(tool.strict !== undefined && { strict: tool.strict }),
    },
  };
}

function formatOf({ responseFormat }: ChatRequest): Record<string, unknown> {
  switch (responseFormat?.type) {
    case undefined:
    case "text":
      return {};
    case "json-object":
      return { response_format: { type: "json_object" } };
    case "json-schema": {
      const { name, schema, strict } = responseFormat;
      const json_schema = { name, schema, ...(strict !== undefined && { strict }) };
      return { response_format: { type: "json_schema", json_schema } };
    }
  }
}
