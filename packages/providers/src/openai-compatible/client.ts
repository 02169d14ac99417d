import type { OpenAI } from "openai";
import type { ProviderContext } from "@massgen/core/model";
import type { HeaderFields } from "../backend-options.ts";
import type { Vendor } from "./vendor.ts";

/** What it takes to make a client of the SDK. */
export interface ClientSettings {
  readonly vendor: Vendor;
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly apiVersion?: string;
  readonly organization?: string;
  readonly project?: string;
  readonly headers: HeaderFields;
}

/** Milliseconds; limits are ours, the SDK's own must never come first. */
const never = 2 ** 31 - 1;

/**
 * Makes the SDK's client. It reads `OPENAI_*` from the process environment by itself; what belongs to OpenAI (organisation,
 * project, admin key, custom headers) is kept from going to other vendors here.
 */
export async function createClient(settings: ClientSettings, context: ProviderContext): Promise<OpenAI> {
  const { OpenAI, AzureOpenAI } = await import("openai");
  const { vendor, apiKey, apiVersion, baseUrl } = settings;
  const isOpenAI = vendor.type === "openai";
  const options = {
    apiKey: apiKey ?? "none",
    adminAPIKey: null,
    organization: settings.organization ?? (isOpenAI ? (context.env["OPENAI_ORG_ID"] ?? null) : null),
    project: settings.project ?? (isOpenAI ? (context.env["OPENAI_PROJECT_ID"] ?? null) : null),
    webhookSecret: null,
    baseURL: baseUrl,
    fetch: context.fetch,
    maxRetries: 0,
    timeout: never,
    logLevel: "off" as const,
    defaultHeaders: {
      ...(isOpenAI ? {} : withheldHeaders()),
      // The SDK insists on a key; a server that needs none should not be sent a made-up one.
      ...(apiKey === undefined && { Authorization: null }),
      ...settings.headers,
    },
  };
  return vendor.azure && apiVersion !== undefined ? new AzureOpenAI({ ...options, apiVersion }) : new OpenAI(options);
}

/** The headers of `OPENAI_CUSTOM_HEADERS`, which the SDK adds to every client, taken away again. */
function withheldHeaders(): Record<string, null> {
  const lines = process.env["OPENAI_CUSTOM_HEADERS"]?.split("\n") ?? [];
  const names = lines.filter((line) => line.includes(":")).map((line) => line.slice(0, line.indexOf(":")).trim());
  return Object.fromEntries(names.map((name) => [name, null]));
}
