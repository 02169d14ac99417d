import type { ProviderContext } from "@massgen/core/model";
import type { JsonPost } from "@massgen/provider-kit/wire";
import type { HeaderFields } from "../backend-options.ts";
import type { Api, Vendor } from "./vendor.ts";

/** What address and headers are made of. */
export interface HeadSettings {
  readonly vendor: Vendor;
  readonly api: Api;
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly apiVersion?: string;
  readonly organization?: string;
  readonly project?: string;
  readonly headers: HeaderFields;
}

/** Loads the SDK for {@link requestHead}. Never rejects: `requestHead` reports what is wrong. */
export async function loadRequestHead(): Promise<void> {
  await import("openai").catch(() => undefined);
}

/**
 * Address and headers of all requests to one model, written once by OpenAI's SDK. Sending through the SDK would write
 * them for each call, which costs half as much again as the rest of a call. The SDK reads `OPENAI_*` from the process
 * environment by itself; what belongs to OpenAI (organisation, project, admin key, custom headers) must not go to other
 * vendors.
 */
export async function requestHead(
  settings: HeadSettings,
  { env }: Pick<ProviderContext, "env">,
): Promise<Omit<JsonPost, "body">> {
  const { OpenAI, AzureOpenAI } = await import("openai");
  const { vendor, model, apiKey, apiVersion, baseUrl } = settings;
  const isOpenAI = vendor.type === "openai";
  const options = {
    apiKey: apiKey ?? "none",
    adminAPIKey: null,
    organization: settings.organization ?? (isOpenAI ? (env["OPENAI_ORG_ID"] ?? null) : null),
    project: settings.project ?? (isOpenAI ? (env["OPENAI_PROJECT_ID"] ?? null) : null),
    webhookSecret: null,
    baseURL: baseUrl,
    maxRetries: 0,
    logLevel: "off" as const,
    defaultHeaders: {
      ...(isOpenAI ? {} : withheldHeaders()),
      // The SDK requires a key, but a server that needs none should not get a made-up one.
      ...(apiKey === undefined && { Authorization: null }),
      ...settings.headers,
    },
  };
  const client =
    vendor.azure && apiVersion !== undefined ? new AzureOpenAI({ ...options, apiVersion }) : new OpenAI(options);
  // The body's model is part of the path of Azure's deployments.
  const path = settings.api === "chat" ? "/chat/completions" : "/responses";
  const { url, req } = await client.buildRequest({ method: "post", path, body: { model } });
  return { url, headers: Object.fromEntries(req.headers) };
}

/** Removes the headers of `OPENAI_CUSTOM_HEADERS`, which the SDK adds to every client. */
function withheldHeaders(): Record<string, null> {
  const lines = process.env["OPENAI_CUSTOM_HEADERS"]?.split("\n") ?? [];
  const names = lines.filter((line) => line.includes(":")).map((line) => line.slice(0, line.indexOf(":")).trim());
  return Object.fromEntries(names.map((name) => [name, null]));
}
