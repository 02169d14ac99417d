import type { AssistantMessage, ChatRequest, ContentPart, Message, Sampling, Tool } from "@massgen/core/model";
import type { TokenField, Vendor } from "./vendor.ts";

/** What a model was found to refuse; kept per model, so that later calls leave it out from the start. */
export interface Refusals {
  /** Body fields to leave out. */
  readonly fields: ReadonlySet<string>;
  readonly tokenField: TokenField;
  /** Whether forcing a tool call was refused. */
  readonly forcing: boolean;
}

/** What a model refuses before anything was tried. */
export function initialRefusals(vendor: Vendor): Refusals {
  const fields = new Set<string>();
  if (vendor.streamOptions === false) fields.add("stream_options");
  if (vendor.parallelToolCalls === false) fields.add("parallel_tool_calls");
  return { fields, tokenField: vendor.tokenField ?? "max_tokens", forcing: vendor.force === "auto" };
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
  /** Whether the body forces a tool call. */
  readonly forces: boolean;
}

/** The parts of a backend's options that the body takes in. */
export interface BodyOptions {
  readonly sampling: Sampling;
  /** Sent as written. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Merged into the body last. */
  readonly extraBody: Readonly<Record<string, unknown>>;
}

/** Writes the body of a chat completion. */
export function chatBody(
  model: string,
  vendor: Vendor,
  request: ChatRequest,
  options: BodyOptions,
  refusals: Refusals,
): ChatBody {
  const sampling: Sampling = { ...request.sampling, ...options.sampling };
  const { fields: toolFields, forces } = toolsOf(vendor, request, refusals);
  const body: Record<string, unknown> = {
    model,
    messages: request.messages.map(messageOf),
    stream: true,
    stream_options: { include_usage: true },
    ...toolFields,
    ...formatOf(request),
    ...(sampling.maxOutputTokens !== undefined && { [refusals.tokenField]: sampling.maxOutputTokens }),
    ...options.fields,
  };
  const dropped: string[] = [];
  for (const [name, field] of Object.entries(samplingFields)) {
    const value = sampling[name as keyof typeof samplingFields];
    if (value === undefined) continue;
    if (refusals.fields.has(field)) dropped.push(name);
    else body[field] = value;
  }
  for (const field of refusals.fields) delete body[field];
  return { body: { ...body, ...options.extraBody }, dropped, forces };
}

function toolsOf(
  vendor: Vendor,
  request: ChatRequest,
  refusals: Refusals,
): { fields: Record<string, unknown>; forces: boolean } {
  const { tools = [], toolChoice = "auto", parallelToolCalls, retryOf } = request;
  if (tools.length === 0) return { fields: {}, forces: false };
  const name = typeof toolChoice === "object" ? toolChoice.name : undefined;
  const wanted = toolChoice === "required" || name !== undefined;
  // A model that answered a forced choice with something unusable is asked with a free one next.
  const forces = wanted && !refusals.forcing && retryOf === undefined;
  const sole = name !== undefined && (vendor.forceBySoleTool || !forces);
  const word = vendor.force ?? "required";
  const choice = !wanted
    ? toolChoice
    : !forces
      ? "auto"
      : name === undefined || sole
        ? word
        : { type: "function", function: { name } };
  const offered = sole ? tools.filter((tool) => tool.name === name) : tools;
  return {
    forces,
    fields: {
      tools: offered.map(toolOf),
      tool_choice: choice,
      ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
    },
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

function messageOf(message: Message): unknown {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "user":
      return {
        role: "user",
        content: typeof message.content === "string" ? message.content : message.content.map(partOf),
      };
    case "assistant":
      return assistantOf(message);
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
  }
}

function assistantOf({ content, toolCalls = [] }: AssistantMessage): unknown {
  if (toolCalls.length === 0) return { role: "assistant", content };
  return {
    role: "assistant",
    content: content === "" ? null : content,
    tool_calls: toolCalls.map(({ id, name, arguments: text }) => ({
      id,
      type: "function",
      function: { name, arguments: text },
    })),
  };
}

function partOf(part: ContentPart): unknown {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return {
        type: "image_url",
        image_url: { url: part.url, ...(part.detail !== undefined && { detail: part.detail }) },
      };
  }
}
