import {
  contractVersion,
  MassgenError,
  type ChatModel,
  type ModelSettings,
  type ProviderContext,
} from "@massgen/core/model";
import { createLadder } from "@massgen/provider-kit/forcing";
import {
  createModelMemories,
  knownWindow,
  type ModelMemories,
  noteWindow,
  omitsOpeningTag,
  shownText,
  textOf,
  withoutEndSlashes,
} from "@massgen/provider-kit/parts";
import { modelCall } from "@massgen/provider-kit/wire";
import type { BuiltInProvider } from "../built-in-provider.ts";
import { keyHeader, namesInData } from "../model-list.ts";
import { headersOption, objectOption, textOption } from "../backend-options.ts";
import { samplingOptionNames, splitOptions } from "../sampling-options.ts";
import { responsesLessons } from "../openai-responses/lessons.ts";
import { responsesBody } from "../openai-responses/request.ts";
import { responsesCall } from "../openai-responses/responses-call.ts";
import { createRemedyMemory } from "../remedies/remedy-memory.ts";
import { apiOf } from "./api-option.ts";
import { addressOf } from "./base-url.ts";
import { chatCall, type ChatCall } from "./chat-call.ts";
import { chatLessons, knownRefusals } from "./lessons.ts";
import { chatBody, type BodyOptions } from "./request.ts";
import { loadRequestHead, requestHead, type HeadSettings } from "./request-head.ts";
import type { ModelMemory, ServiceCall } from "./service-call.ts";
import { lookUpService, type ServiceFacts } from "./service-lookup.ts";
import { thinkingTokensOf } from "../thinking-models.ts";
import { type Api, isProgress, rungsOf, type Vendor } from "./vendor.ts";

/**
 * Makes the provider for an OpenAI-shaped service.
 *
 * Options of its backends: sampling fields; `default_headers`; `extra_body`, merged into the request body last;
 * `organization` and `project`; `api_version` (Azure); `verbosity` and `api`, where the service has them. Any other
 * field goes into the request body as written.
 */
export function createOpenAICompatible(vendor: Vendor): BuiltInProvider {
  const memoriesFor = (api: Api): ModelMemories<ModelMemory> =>
    createModelMemories<ModelMemory>(() => ({
      remedies: createRemedyMemory(api === "chat" ? knownRefusals(vendor) : []),
      images: vendor.images !== false,
      ladder: createLadder(rungsOf(vendor)),
    }));
  // What one API refuses the other may take.
  const [chat, responses] = [memoriesFor("chat"), memoriesFor("responses")];
  const memoriesOf: MemoriesOf = (api) => (api === "chat" ? chat : responses);
  return {
    contract: contractVersion,
    type: vendor.type,
    ...(vendor.aliases !== undefined && { aliases: vendor.aliases }),
    apiKey: { variables: vendor.keyVariables, required: vendor.keyRequired ?? true },
    baseUrl: {
      variables: vendor.baseUrlVariables ?? [`${vendor.type.toUpperCase()}_BASE_URL`],
      ...(vendor.baseUrl !== undefined && { default: vendor.baseUrl }),
    },
    optionNames: [
      ...samplingOptionNames,
      "default_headers",
      "extra_body",
      "organization",
      "project",
      ...(vendor.azure ? ["api_version"] : []),
      ...(vendor.verbosity ? ["verbosity"] : []),
      ...(vendor.responses ? ["api"] : []),
    ],
    ...(vendor.local && { local: true }),
    ...(vendor.slots !== undefined && { slots: vendor.slots === "said" ? 1 : vendor.slots }),
    // Azure lists what could be deployed, not what is.
    ...(!vendor.azure && {
      listing: ({ apiKey, baseUrl }) => ({
        url: listAddress(addressOf(vendor, baseUrl).baseUrl),
        headers: keyHeader("authorization", apiKey, "Bearer "),
        read: namesInData,
      }),
    }),
    createModel: (settings, context) => createVendorModel(vendor, settings, context, memoriesOf),
    load: loadRequestHead,
    ...(vendor.lookup && {
      lookUp: (settings, context, signal) => lookUp(vendor, settings, context, memoriesOf, signal),
    }),
  };
}

function listAddress(baseUrl: string): string {
  const url = new URL(baseUrl);
  url.pathname = `${withoutEndSlashes(url.pathname)}/models`;
  return url.href;
}

type MemoriesOf = (api: Api) => ModelMemories<ModelMemory>;

/** Asks the service about itself, and remembers what it says about the model. */
async function lookUp(
  vendor: Vendor,
  settings: ModelSettings,
  context: ProviderContext,
  memoriesOf: MemoriesOf,
  signal: AbortSignal,
): Promise<ServiceFacts | undefined> {
  const { headSettings } = readSettings(vendor, settings, context);
  const head = await requestHead(headSettings, context);
  for (const lookup of vendor.lookup ?? []) {
    const facts = await lookUpService(lookup, headSettings.model, context.fetch, head, signal);
    if (facts === undefined) continue;
    const memory = memoriesOf(headSettings.api)(headSettings.baseUrl, headSettings.model, settings.apiKey);
    if (facts.contextTokens !== undefined) memory.contextTokens = facts.contextTokens;
    if (facts.images === false) memory.images = false;
    return facts;
  }
  return undefined;
}

function createVendorModel(
  vendor: Vendor,
  settings: ModelSettings,
  context: ProviderContext,
  memoriesOf: MemoriesOf,
): ChatModel {
  const { model } = settings;
  const { headSettings, bodyOptions } = readSettings(vendor, settings, context);
  const { api, baseUrl } = headSettings;
  const writeBody = api === "chat" ? chatBody : responsesBody;
  const owner = { provider: vendor.type, model };
  let head: ReturnType<typeof requestHead> | undefined;
  const call: ServiceCall = {
    site: {
      label: `${vendor.type} ${model}`,
      host: new URL(baseUrl).host,
      redact: context.redact,
    },
    fetch: context.fetch,
    head: () =>
      (head ??= requestHead(headSettings, context).catch((error: unknown) => {
        head = undefined;
        const said = shownText(error instanceof Error ? error.message : String(error), context.redact);
        throw new MassgenError("configuration", `${vendor.type} ${model}: no request can be made: ${said}`);
      })),
    body: (request, mode) => writeBody(model, vendor, request, bodyOptions, mode),
    lessons: api === "chat" ? chatLessons : responsesLessons,
    memory: memoriesOf(api)(baseUrl, headSettings.model, settings.apiKey),
  };
  const chat: ChatCall = {
    ...call,
    answers: {
      bareThoughts: omitsOpeningTag(model),
      owner,
      ...(vendor.reasoningBack !== undefined && { reasoningBack: vendor.reasoningBack }),
    },
    isProgress: (comment) => isProgress(comment, vendor.progressComment),
  };
  const thinking = thinkingTokensOf(model, { ...bodyOptions.fields, ...bodyOptions.extraBody });
  return {
    contract: contractVersion,
    model,
    get capabilities() {
      return { images: call.memory.images, ...knownWindow(call.memory), ...thinking };
    },
    stream: (request) =>
      modelCall(
        call.site.label,
        request,
        (guard) => (api === "chat" ? chatCall(chat, request, guard) : responsesCall(call, owner, request, guard)),
        noteWindow(call.memory),
      ),
  };
}

function readSettings(
  vendor: Vendor,
  { model, apiKey, baseUrl, options }: ModelSettings,
  { env }: ProviderContext,
): { headSettings: HeadSettings; bodyOptions: BodyOptions } {
  const { type } = vendor;
  const { sampling, rest } = splitOptions(type, options);
  const { api, default_headers, extra_body, organization, project, api_version, ...fields } = rest;
  const address = addressOf(vendor, baseUrl, {
    configured: vendor.azure ? textOption(type, "api_version", api_version) : undefined,
    fallback: env["OPENAI_API_VERSION"]?.trim() || undefined,
  });
  const named = {
    organization: textOption(type, "organization", organization),
    project: textOption(type, "project", project),
  };
  const extraBody = objectOption(type, "extra_body", extra_body);
  return {
    headSettings: {
      vendor,
      api: apiOf(vendor, model, api),
      model: textOf(extraBody["model"]) ?? model,
      ...address,
      headers: headersOption(type, default_headers),
      ...(apiKey !== undefined && { apiKey }),
      ...(named.organization !== undefined && { organization: named.organization }),
      ...(named.project !== undefined && { project: named.project }),
    },
    bodyOptions: { sampling, fields, extraBody },
  };
}
