import type { GenerativeModel } from "@google/generative-ai";
import {
  contractVersion,
  MassgenError,
  type ChatModel,
  type ModelSettings,
  type Provider,
  type ProviderContext,
} from "@massgen/core/model";
import { headersOption, numberOption, objectOption, textOption } from "../backend-options.ts";
import { endpointOf } from "../endpoint.ts";
import { samplingOptionNames, splitOptions } from "../sampling-options.ts";
import { modelCall } from "../wire/model-call.ts";
import { createLadder } from "../forcing/ladder.ts";
import { createModelMemories } from "../wire/model-memories.ts";
import { geminiCall, type GeminiCall, type ModelMemory } from "./gemini-call.ts";
import { geminiRungs } from "./request.ts";

/**
 * Makes the provider for Google's Gemini API, on `@google/generative-ai`.
 *
 * The SDK is used as a transport only, and three things it cannot do: it always uses the global `fetch` (the registry's connections
 * are not used), it reads ahead of its consumer (promise 9 does not hold; what waits is bounded, a call of which more waits is ended), and it drops the headers of errors (`retryAfterMs`
 * comes from the error's details only). It takes nothing but Google's own framing of events: no comments, no `event:` lines.
 *
 * Options of its backends: sampling fields; `include_thoughts`, `thinking_budget` (tokens), `safety_settings`, `default_headers`,
 * `api_version` (default v1beta), `extra_body`, merged into the request body last. Any other field goes into `generationConfig`
 * as written.
 */
export function createGemini(): Provider {
  const memoryOf = createModelMemories<ModelMemory>(() => ({
    refusals: new Set(),
    ladder: createLadder(geminiRungs),
  }));
  return {
    contract: contractVersion,
    type: "gemini",
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
    createModel: (settings, context) => createModel(settings, context, memoryOf),
  };
}

function createModel(
  { model, apiKey, baseUrl = "", options }: ModelSettings,
  { redact }: ProviderContext,
  memoryOf: (baseUrl: string, model: string) => ModelMemory,
): ChatModel {
  const type = "gemini";
  const { sampling, rest } = splitOptions(type, options);
  const { api_version, default_headers, extra_body, include_thoughts, safety_settings, thinking_budget, ...fields } =
    rest;
  const url = endpointOf(type, baseUrl);
  // A version at the end of the address is the API version, not a folder before it.
  // The SDK puts the name into the URL as it is, and it may come from a client: it must stay a name.
  if (!/^[\w.@:-]+(\/[\w.@:-]+)*$/.test(model) || model.split("/").some((part) => /^\.+$/.test(part))) {
    throw new MassgenError("configuration", `backend ${type}: this is not the name of a model`);
  }
  if (/\/openai\/*$/.test(url.pathname)) {
    const advice = "use type chatcompletion with it, or leave /openai off";
    throw new MassgenError(
      "configuration",
      `backend ${type}: base_url is Gemini's OpenAI-compatible address; ${advice}`,
    );
  }
  const [, root = "", version] = /^(.*?)(?:\/(v\d\w*)(?:\/models)?)?\/*$/.exec(url.href) ?? [];
  const apiVersion = textOption(type, "api_version", api_version) ?? version;
  const requestOptions = {
    baseUrl: root,
    customHeaders: headersOption(type, default_headers),
    ...(apiVersion !== undefined && { apiVersion }),
  };
  const thinkingBudget = numberOption(type, "thinking_budget", thinking_budget);
  let client: Promise<GenerativeModel> | undefined;
  const call: GeminiCall = {
    model,
    memory: memoryOf(url.href, model),
    site: { label: `${type} ${model}`, host: url.host, redact },
    client: () => (client ??= createClient(apiKey ?? "none", model, requestOptions)),
    options: {
      sampling,
      generationFields: fields,
      extraBody: objectOption(type, "extra_body", extra_body),
      ...(include_thoughts !== undefined && { includeThoughts: include_thoughts === true }),
      ...(thinkingBudget !== undefined && { thinkingBudget }),
      ...(safety_settings !== undefined && { safetySettings: safety_settings }),
    },
  };
  return {
    model,
    stream: (request) => modelCall(call.site.label, request, (guard) => geminiCall(call, request, guard)),
  };
}

async function createClient(
  apiKey: string,
  model: string,
  requestOptions: { baseUrl: string; customHeaders: Readonly<Record<string, string>>; apiVersion?: string },
): Promise<GenerativeModel> {
  const { GoogleGenerativeAI } = await import("@google/generative-ai");
  return new GoogleGenerativeAI(apiKey).getGenerativeModel({ model }, requestOptions);
}
