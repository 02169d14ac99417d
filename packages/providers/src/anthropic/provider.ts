import { contractVersion, type ChatModel, type ModelSettings, type ProviderContext } from "@massgen/core/model";
import { createLadder } from "@massgen/provider-kit/forcing";
import {
  createModelMemories,
  knownWindow,
  type ModelMemories,
  noteWindow,
  numberOf,
  withoutEnding,
} from "@massgen/provider-kit/parts";
import { endpointOf, modelCall } from "@massgen/provider-kit/wire";
import type { BuiltInProvider } from "../built-in-provider.ts";
import { keyHeader, namesInData } from "../model-list.ts";
import { headersOption, mergedHeaders, numberOption, objectOption, refuseApi, textOption } from "../backend-options.ts";
import { samplingOptionNames, splitOptions } from "../sampling-options.ts";
import { assumedThinking } from "../thinking-models.ts";
import { createRemedyMemory } from "../remedies/remedy-memory.ts";
import { messagesCall, type MessagesCall, type ModelMemory } from "./messages-call.ts";
import { messagesBody, messagesRungs, type AnthropicOptions } from "./request.ts";

const type = "claude";
const usualVersion = "2023-06-01";

/**
 * Makes the provider for Anthropic's Messages API.
 *
 * Options of its backends: sampling fields (`max_tokens` is 8192 unless given; seed, penalties and reasoning_effort do
 * not exist here and are reported as dropped); `thinking` and `effort`, sent as written; `top_k`; `metadata`;
 * `anthropic_version`; `anthropic_beta`, a text or a list of texts; `default_headers`; `extra_body`, merged into the
 * request body last. Any other field goes into the request body as written.
 */
export function createAnthropic(): BuiltInProvider {
  const memoryOf = createModelMemories<ModelMemory>(() => ({
    remedies: createRemedyMemory(),
    ladder: createLadder(messagesRungs),
  }));
  return {
    contract: contractVersion,
    type,
    aliases: ["anthropic"],
    apiKey: { variables: ["ANTHROPIC_API_KEY"], required: true },
    baseUrl: { variables: ["ANTHROPIC_BASE_URL"], default: "https://api.anthropic.com" },
    optionNames: [
      ...samplingOptionNames,
      "anthropic_beta",
      "anthropic_version",
      "default_headers",
      "effort",
      "extra_body",
      "metadata",
      "thinking",
      "top_k",
    ],
    listing: ({ apiKey, baseUrl = "" }) => {
      const url = messagesAddress(baseUrl);
      url.pathname = url.pathname.replace(/messages$/, "models");
      url.searchParams.set("limit", "1000");
      const headers = { "anthropic-version": usualVersion, ...keyHeader("x-api-key", apiKey) };
      return { url: url.href, headers, read: namesInData };
    },
    createModel: (settings, context) => createModel(settings, context, memoryOf),
  };
}

function createModel(
  { model, apiKey, baseUrl = "", options }: ModelSettings,
  context: ProviderContext,
  memoryOf: ModelMemories<ModelMemory>,
): ChatModel {
  const { sampling, rest } = splitOptions(type, options);
  const { anthropic_beta, anthropic_version, default_headers, effort, extra_body, thinking, top_k, ...fields } = rest;
  refuseApi(type, rest["api"]);
  const url = messagesAddress(baseUrl);
  const beta = betaOption(anthropic_beta);
  const topK = numberOption(type, "top_k", top_k);
  const effortWord = textOption(type, "effort", effort);
  const bodyOptions: AnthropicOptions = {
    sampling,
    fields,
    extraBody: objectOption(type, "extra_body", extra_body),
    ...(thinking !== undefined && { thinking: objectOption(type, "thinking", thinking) }),
    ...(effortWord !== undefined && { effort: effortWord }),
    ...(topK !== undefined && { topK }),
  };
  const call: MessagesCall = {
    site: { label: `${type} ${model}`, host: url.host, redact: context.redact },
    model,
    url: url.href,
    headers: mergedHeaders(
      {
        "anthropic-version": textOption(type, "anthropic_version", anthropic_version) ?? usualVersion,
        ...(beta !== undefined && { "anthropic-beta": beta }),
        ...(apiKey !== undefined && { "x-api-key": apiKey }),
      },
      headersOption(type, default_headers),
    ),
    fetch: context.fetch,
    body: (request, rung) => messagesBody(model, request, bodyOptions, rung),
    memory: memoryOf(url.href, model, apiKey),
  };
  const { type: kind, budget_tokens: budget } = bodyOptions.thinking ?? {};
  const thinks = kind !== undefined && kind !== "disabled";
  return {
    contract: contractVersion,
    model,
    get capabilities() {
      // Claude thinks where it is told to, and what it thinks counts as output.
      return { thinkingTokens: thinks ? (numberOf(budget) ?? assumedThinking) : 0, ...knownWindow(call.memory) };
    },
    stream: (request) =>
      modelCall(call.site.label, request, (guard) => messagesCall(call, request, guard), noteWindow(call.memory)),
  };
}

function messagesAddress(baseUrl: string): URL {
  const url = endpointOf(type, baseUrl);
  url.pathname = `${withoutEnding(url.pathname, ["/v1/messages", "/v1"])}/v1/messages`;
  return url;
}

function betaOption(value: unknown): string | undefined {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = names.flatMap((name) => textOption(type, "anthropic_beta", name) ?? []);
  return texts.length === 0 ? undefined : texts.join(",");
}
