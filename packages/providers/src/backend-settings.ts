import { MassgenError, type ModelSettings, type Provider, type ProviderContext } from "@massgen/core/model";
import type { Backend } from "./backend.ts";

/**
 * What a provider needs to know to reach a backend's model; what the backend leaves out comes from the environment.
 * @throws MassgenError `configuration` naming what is missing or wrong
 */
export function settingsOf(
  provider: Provider,
  backend: Omit<Backend, "type">,
  env: ProviderContext["env"],
): ModelSettings {
  const { type } = provider;
  const model = backend.model?.trim() || (type === "demo" ? "demo" : undefined);
  if (model === undefined) throw new MassgenError("configuration", `backend ${type}: model is missing`);

  const key = backend.apiKey?.trim() || firstSet(provider.apiKey.variables, env);
  const apiKey = key === "none" ? undefined : key;
  if (key === undefined && provider.apiKey.required) {
    const variables = provider.apiKey.variables.join(" or ");
    throw new MassgenError(
      "configuration",
      `backend ${type}: no API key; set ${variables}, or api_key (none if the server needs no key)`,
    );
  }
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new MassgenError(
      "configuration",
      `backend ${type}: the API key contains characters that are not allowed in a key`,
    );
  }

  const baseUrl = backend.baseUrl?.trim() || firstSet(provider.baseUrl.variables, env) || provider.baseUrl.default;
  // A provider without variables for it needs no address.
  if (baseUrl === undefined && provider.baseUrl.variables.length > 0) {
    const variables = provider.baseUrl.variables.join(" or ");
    throw new MassgenError("configuration", `backend ${type}: no address; set base_url or ${variables}`);
  }
  return {
    model,
    options: backend.options,
    ...(apiKey !== undefined && { apiKey }),
    ...(baseUrl !== undefined && { baseUrl }),
  };
}

function firstSet(variables: readonly string[], env: ProviderContext["env"]): string | undefined {
  const set = variables.filter((name) => Object.hasOwn(env, name));
  return set.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== "");
}
