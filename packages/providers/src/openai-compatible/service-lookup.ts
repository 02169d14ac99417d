import { listOf, numberOf, objectOf, objectsIn, parseJson, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { textWithin } from "../text-within.ts";

/** What a service says of itself and of one model. */
export interface ServiceFacts {
  /** Calls that it works on at the same time. */
  readonly slots?: number;
  /** Tokens that the model takes, prompt and reply together. */
  readonly contextTokens?: number;
  /** False where it says that the model sees none. */
  readonly images?: false;
}

/**
 * Where a service reports this, and how to read it: a path, relative to the base URL with or without `/v1`, and a
 * reader.
 */
export interface ServiceLookup {
  readonly path: string;
  readonly fromRoot?: true;
  readonly read: (body: JsonObject, model: string) => ServiceFacts;
}

/**
 * llama.cpp: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md (`GET /props`). The context is
 * that of one slot.
 */
export const llamaCppProps: ServiceLookup = {
  path: "/props",
  fromRoot: true,
  read: ({ total_slots, default_generation_settings, modalities }) => ({
    ...whole("slots", total_slots, 1000),
    ...whole("contextTokens", objectOf(default_generation_settings)?.["n_ctx"]),
    ...(objectOf(modalities)?.["vision"] === false && { images: false }),
  }),
};

/** vLLM's list of models has `max_model_len`, as has SGLang's; llama.cpp's has `meta.n_ctx`. */
export const modelList: ServiceLookup = {
  path: "/models",
  read: ({ data }, model) => {
    const entry = entryOf(data, "id", model);
    return whole("contextTokens", entry?.["max_model_len"] ?? objectOf(entry?.["meta"])?.["n_ctx"]);
  },
};

/** LM Studio reports the context with which a model was loaded: https://lmstudio.ai/docs/developer/rest/endpoints */
export const lmStudioModels: ServiceLookup = {
  path: "/api/v0/models",
  fromRoot: true,
  read: ({ data }, model) => whole("contextTokens", entryOf(data, "id", model)?.["loaded_context_length"]),
};

/** Ollama reports the context of the models that it has loaded: https://docs.ollama.com/api/ps */
export const ollamaLoaded: ServiceLookup = {
  path: "/api/ps",
  fromRoot: true,
  read: ({ models }, model) => {
    const entry = entryOf(models, "name", model) ?? entryOf(models, "name", `${model}:latest`);
    return whole("contextTokens", entry?.["context_length"]);
  },
};

const mostModels = 1000;

function entryOf(list: unknown, key: string, model: string): JsonObject | undefined {
  return objectsIn(listOf(list), mostModels).find((entry) => textOf(entry[key]) === model);
}

function whole<Name extends keyof ServiceFacts>(name: Name, value: unknown, most = 1e9): Pick<ServiceFacts, Name> {
  const number = numberOf(value);
  const sane = number !== undefined && Number.isInteger(number) && number > 0 && number <= most;
  return (sane ? { [name]: number } : {}) as Pick<ServiceFacts, Name>;
}

/** The most bytes that are read of a service's answer. */
const mostBytes = 1024 * 1024;

/**
 * Asks a service. Never throws: undefined for one that is not there or says something else.
 * @param url of the service's chat completions
 */
export async function lookUpService(
  { path, fromRoot, read }: ServiceLookup,
  model: string,
  fetch: typeof globalThis.fetch,
  { url, headers }: { readonly url: string; readonly headers?: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<ServiceFacts | undefined> {
  const address = new URL(url);
  const base = address.pathname.replace(/\/chat\/completions$/, "");
  address.pathname = `${fromRoot ? base.replace(/\/v1$/, "") : base}${path}`;
  try {
    const response = await fetch(address.href, { ...(headers && { headers }), redirect: "manual", signal });
    const text = response.ok ? await textWithin(response, mostBytes) : undefined;
    if (text === undefined) {
      await response.body?.cancel();
      return undefined;
    }
    const body = objectOf(parseJson(text));
    return body && read(body, model);
  } catch {
    return undefined;
  }
}
