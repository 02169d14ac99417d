import {
  contractVersion,
  MassgenError,
  type ChatModel,
  type ModelSettings,
  type ProviderContext,
} from "@massgen/core/model";
import { createLadder } from "@massgen/provider-kit/forcing";
import { createModelMemories, knownWindow, type ModelMemories, noteWindow } from "@massgen/provider-kit/parts";
import { modelCall } from "@massgen/provider-kit/wire";
import type { BuiltInProvider } from "../built-in-provider.ts";
import { keyHeader, namesInModels } from "../model-list.ts";
import { headersOption, mergedHeaders, numberOption, objectOption, refuseApi, textOption } from "../backend-options.ts";
import { samplingOptionNames, splitOptions } from "../sampling-options.ts";
import { thinkingTokensOf } from "../thinking-models.ts";
import { createRemedyMemory } from "../remedies/remedy-memory.ts";
import { geminiCall, type GeminiCall, type ModelMemory } from "./gemini-call.ts";
import { geminiRungs } from "./request.ts";
import { listAddress, streamAddress } from "./stream-address.ts";

const type = "gemini";

/**
 * Makes the provider for Google's Gemini API.
 *
 * Options of its backends: sampling fields; `include_thoughts`, `thinking_budget` (tokens), `safety_settings`,
 * `default_headers`, `api_version` (default v1beta), `extra_body`, merged into the request body last. Any other field
 * goes into `generationConfig` as written.
 */
export function createGemini(): BuiltInProvider {
  const memoryOf = createModelMemories<ModelMemory>(() => ({
    remedies: createRemedyMemory(),
    ladder: createLadder(geminiRungs),
  }));
  return {
    contract: contractVersion,
    type,
    apiKey: { variables: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"], required: true },
    baseUrl: {
      variables: ["GOOGLE_GEMINI_BASE_URL", "GEMINI_BASE_URL"],
      default: "https://generativelanguage.googleapis.com",
    },
    optionNames: [
      ...samplingOptionNames,
      "api_version",
      "default_headers",
      "extra_body",
      "include_thoughts",
      "safety_settings",
      "thinking_budget",
    ],
    listing: ({ apiKey, baseUrl = "" }) => ({
      url: listAddress(type, baseUrl),
      headers: keyHeader("x-goog-api-key", apiKey),
      read: namesInModels,
    }),
    createModel: (settings, context) => createModel(settings, context, memoryOf),
  };
}

function createModel(
  { model, apiKey, baseUrl = "", options }: ModelSettings,
  { fetch, redact }: ProviderContext,
  memoryOf: ModelMemories<ModelMemory>,
): ChatModel {
  const { sampling, rest } = splitOptions(type, options);
  const { api_version, default_headers, extra_body, include_thoughts, safety_settings, thinking_budget, ...fields } =
    rest;
  refuseApi(type, fields["api"]);
  // The name becomes part of the address, and it may come from a client: it must stay a name.
  if (!/^[\w.@:-]+(\/[\w.@:-]+)*$/.test(model) || model.split("/").some((part) => /^\.+$/.test(part))) {
    throw new MassgenError("configuration", `backend ${type}: this is not the name of a model`);
  }
  const url = streamAddress(type, baseUrl, model, textOption(type, "api_version", api_version));
  const thinkingBudget = numberOption(type, "thinking_budget", thinking_budget);
  const call: GeminiCall = {
    site: { label: `${type} ${model}`, host: url.host, redact },
    model,
    url: url.href,
    headers: mergedHeaders(
      apiKey === undefined ? {} : { "x-goog-api-key": apiKey },
      headersOption(type, default_headers),
    ),
    fetch,
    memory: memoryOf(url.href, model, apiKey),
    options: {
      sampling,
      generationFields: fields,
      extraBody: objectOption(type, "extra_body", extra_body),
      ...(include_thoughts !== undefined && { includeThoughts: include_thoughts === true }),
      ...(thinkingBudget !== undefined && { thinkingBudget }),
      ...(safety_settings !== undefined && { safetySettings: safety_settings }),
    },
  };
  const thinking =
    thinkingBudget !== undefined && thinkingBudget >= 0 ? { thinkingTokens: thinkingBudget } : thinkingTokensOf(model);
  return {
    contract: contractVersion,
    model,
    get capabilities() {
      return { ...thinking, ...knownWindow(call.memory) };
    },
    stream: (request) =>
      modelCall(call.site.label, request, (guard) => geminiCall(call, request, guard), noteWindow(call.memory)),
  };
}
