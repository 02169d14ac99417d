import type { ChatRequest, Sampling, Tool } from "@massgen/core/model";
import type { Rung } from "../forcing/rung.ts";
import { objectOf } from "../wire/json-value.ts";
import { messagesOf, type MessageStyle } from "./messages.ts";
import type { BodyFields, TokenField, Vendor } from "./vendor.ts";

/** What a model was found to refuse; kept per model, so that later calls leave it out from the start. */
export interface Refusals {
  /** Body fields to leave out. */
  readonly fields: ReadonlySet<string>;
  readonly tokenField: TokenField;
}

/** What a model refuses before anything was tried. */
export function initialRefusals(vendor: Vendor): Refusals {
  const fields = new Set<string>();
  if (vendor.streamOptions === false) fields.add("stream_options");
  if (vendor.parallelToolCalls === false) fields.add("parallel_tool_calls");
  return { fields, tokenField: vendor.tokenField ?? "max_tokens" };
}

/** Sampling fields as they stand in the body, by their names in {@link Sampling}. */
export const samplingFields = {
  temperature: "temperature",
  topP: "top_p",
  stop: "stop",
  seed: "seed",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  reasoningEffort: "reasoning_effort",
} as const satisfies Readonly<Partial<Record<keyof Sampling, string>>>;

/** A request body, and the sampling parameters that were left out because the model refuses them. */
export interface ChatBody {
  readonly body: Record<string, unknown>;
  readonly dropped: readonly string[];
}

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
  refusals: Refusals,
  mode: BodyMode,
): ChatBody {
  const sampling: Sampling = { ...request.sampling, ...options.sampling };
  const body: Record<string, unknown> = {
    model,
    messages: messagesOf(request.messages, styleOf(model, vendor, mode)),
    stream: true,
    stream_options: { include_usage: true },
    ...toolsOf(vendor, request),
    ...formatOf(request),
    ...(sampling.maxOutputTokens !== undefined && { [refusals.tokenField]: sampling.maxOutputTokens }),
    ...options.fields,
  };
  const switchedOff = mode.withoutThinking && vendor.withoutThinking !== undefined;
  const dropped: string[] = [];
  for (const [name, field] of Object.entries(samplingFields)) {
    const value = sampling[name as keyof typeof samplingFields];
    if (value === undefined) continue;
    // How hard to think and not to think at all: services refuse both together.
    if (refusals.fields.has(field) || (switchedOff && name === "reasoningEffort")) dropped.push(name);
    else body[field] = value;
  }
  for (const field of refusals.fields) delete body[field];
  const forces = mode.rung === "forced" || mode.rung === "without-thinking" || mode.rung === "schema";
  return {
    body: merged(
      { ...body, ...options.extraBody },
      forces ? vendor.whileForcing : undefined,
      switchedOff ? vendor.withoutThinking : undefined,
    ),
    dropped,
  };
}

function styleOf(
  model: string,
  { type, reasoningBack, toolCallIds, alternatingTurns }: Vendor,
  mode: BodyMode,
): MessageStyle {
  const goesBack = reasoningBack !== undefined && !mode.withoutThinking;
  return {
    ...(goesBack && { reasoning: { provider: type, model, field: reasoningBack } }),
    ...(toolCallIds !== undefined && { toolCallIds }),
    ...(alternatingTurns && { alternatingTurns }),
  };
}

function merged(body: Record<string, unknown>, ...additions: readonly (BodyFields | undefined)[]): typeof body {
  const result = { ...body };
  for (const [name, value] of additions.flatMap((fields) => Object.entries(fields ?? {}))) {
    const [before, more] = [objectOf(result[name]), objectOf(value)];
    result[name] = before !== undefined && more !== undefined ? { ...before, ...more } : value;
  }
  return result;
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
