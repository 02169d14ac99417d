import { MassgenError, type ProviderContext } from "@massgen/core/model";
import { listOf, objectOf, objectsIn, parseJson, textOf } from "@massgen/provider-kit/parts";
import { failureOf, unreachable, unusable, upstreamError, type JsonObject } from "@massgen/provider-kit/wire";
import { textWithin } from "./text-within.ts";

/** Where a service lists its models, and how to read the list. */
export interface ModelListing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The names in an answer; undefined for something that is no list of models. */
  readonly read: (body: JsonObject) => readonly string[] | undefined;
}

/** The most bytes that are read of a list: the longest known, OpenRouter's, has one megabyte. */
const mostBytes = 8 * 1024 * 1024;
const [mostModels, longestName] = [5000, 256];

/**
 * Asks a service which models it has. At most 5000 names of 256 characters each, as the service orders them.
 * @param type for messages
 * @param signal ends the question
 * @throws MassgenError with the code of what the service said; `timeout` when the signal aborts
 */
export async function fetchModelList(
  type: string,
  { url, headers, read }: ModelListing,
  { fetch, redact }: Pick<ProviderContext, "fetch" | "redact">,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const site = { label: type, host: new URL(url).host, redact };
  let response: Response;
  let text: string | undefined;
  try {
    response = await fetch(url, { headers: { ...headers }, redirect: "manual", signal });
    text = await textWithin(response, mostBytes);
  } catch (error) {
    if (signal.aborted) throw new MassgenError("timeout", `${type}: ${site.host} did not answer in time`);
    throw unreachable(site, error);
  }
  if (text === undefined) throw unusable(site, "invalid-response", "the list of models is longer than 8 MB");
  const json = parseJson(text);
  if (!response.ok) throw upstreamError(site, failureOf(json ?? text, response.status));
  const names = read(objectOf(json) ?? {});
  if (names === undefined) {
    throw unusable(site, "invalid-response", "something else came instead of a list of models", text);
  }
  return [...new Set(names)].filter((name) => name !== "" && name.length <= longestName);
}

/** The header with the key, where there is one. */
export function keyHeader(name: string, key: string | undefined, before = ""): Readonly<Record<string, string>> {
  return key === undefined ? {} : { [name]: `${before}${key}` };
}

/** The names in OpenAI's list, and in Anthropic's. Ollama without a model says null. */
export function namesInData({ data, object }: JsonObject): readonly string[] | undefined {
  if (data === null && object === "list") return [];
  if (!Array.isArray(data)) return undefined;
  return objectsIn(listOf(data), mostModels).flatMap(({ id }) => textOf(id) ?? []);
}

/** The names in Google's list, of models that write text. */
export function namesInModels({ models }: JsonObject): readonly string[] | undefined {
  if (!Array.isArray(models)) return undefined;
  return objectsIn(listOf(models), mostModels)
    .filter(
      ({ supportedGenerationMethods: methods }) => methods === undefined || listOf(methods).includes("generateContent"),
    )
    .flatMap(({ name }) => textOf(name)?.replace(/^models\//, "") ?? []);
}
