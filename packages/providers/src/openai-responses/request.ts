import type { ChatRequest, Sampling, Tool } from "@massgen/core/model";
import { objectOf } from "@massgen/provider-kit/parts";
import { extrasFor, type JsonObject } from "@massgen/provider-kit/wire";
import { merged } from "../merged-body.ts";
import { at, type BodyPath } from "../remedies/body-path.ts";
import type { Draft } from "../remedies/remedy.ts";
import { samplingOf } from "../sampling-options.ts";
import { cacheKeyOf, type BodyMode, type BodyOptions } from "../openai-compatible/request.ts";
import type { Vendor } from "../openai-compatible/vendor.ts";
import { inputOf } from "./input.ts";

/** Where sampling parameters stand in the body, by their names in {@link Sampling}. */
const samplingPaths: Readonly<Partial<Record<keyof Sampling, BodyPath>>> = {
  temperature: ["temperature"],
  topP: ["top_p"],
  reasoningEffort: ["reasoning", "effort"],
};

/**
 * Writes the body of a response. The service stores nothing: encrypted reasoning comes with the answer, and goes back
 * with the calls that it led to.
 */
export function responsesBody(
  model: string,
  vendor: Vendor,
  request: ChatRequest,
  options: BodyOptions,
  mode: BodyMode,
): Draft {
  const sampling = samplingOf(request.sampling, options.sampling);
  const { maxOutputTokens, temperature, topP, reasoningEffort } = sampling;
  const { verbosity, text, reasoning, ...fields } = options.fields;
  const owner = mode.withoutThinking ? undefined : { provider: vendor.type, model };
  const spoken = merged({}, formatOf(request), verbosity === undefined ? {} : { verbosity }, objectOf(text));
  const thought = merged(objectOf(reasoning) ?? {}, reasoningEffort === undefined ? {} : { effort: reasoningEffort });
  const own: JsonObject = {
    model,
    input: inputOf(request.messages, owner),
    stream: true,
    store: false,
    include: ["reasoning.encrypted_content"],
    ...toolsOf(request),
    ...cacheKeyOf(vendor, "responses", request),
    ...(Object.keys(spoken).length > 0 && { text: spoken }),
    ...(Object.keys(thought).length > 0 && { reasoning: thought }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    ...fields,
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
  };
  const forces = mode.rung === "forced" || mode.rung === "schema";
  const unknown = unknownIn(sampling);
  return {
    own,
    finish: (mended) => ({
      body: merged(
        mended,
        options.extraBody,
        extrasFor(vendor.type, request),
        forces ? vendor.whileForcing : undefined,
      ),
      dropped: [...unknown, ...changedIn(own, mended)],
    }),
  };
}

/** Parameters that this API does not have. A penalty of zero has no effect, so leaving it out is not reported. */
function unknownIn(sampling: Sampling): readonly string[] {
  return [
    ...((sampling.stop ?? []).length > 0 ? ["stop"] : []),
    ...(sampling.seed === undefined ? [] : ["seed"]),
    ...(["frequencyPenalty", "presencePenalty"] as const).filter((name) => sampling[name]),
  ];
}

function changedIn(own: JsonObject, mended: JsonObject): readonly string[] {
  return Object.entries(samplingPaths).flatMap(([name, path]) => (at(own, path) === at(mended, path) ? [] : [name]));
}

function toolsOf({ tools = [], toolChoice = "auto", parallelToolCalls }: ChatRequest): JsonObject {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(toolOf),
    tool_choice: typeof toolChoice === "object" ? { type: "function", name: toolChoice.name } : toolChoice,
    ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
  };
}

/** A tool that says nothing about `strict` is strict here, unlike in chat completions. */
function toolOf({ name, description, parameters, strict }: Tool): JsonObject {
  return {
    type: "function",
    name,
    ...(description !== undefined && { description }),
    parameters: parameters ?? { type: "object", properties: {} },
    strict: strict ?? false,
  };
}

function formatOf({ responseFormat }: ChatRequest): JsonObject {
  switch (responseFormat?.type) {
    case undefined:
    case "text":
      return {};
    case "json-object":
      return { format: { type: "json_object" } };
    case "json-schema": {
      const { name, schema, strict } = responseFormat;
      return { format: { type: "json_schema", name, schema, ...(strict !== undefined && { strict }) } };
    }
  }
}
