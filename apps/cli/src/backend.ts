import { MassgenError } from "@massgen/core";
import type { BackendConfig } from "@massgen/core/config";
import type { ChatModel } from "@massgen/core/model";
import { splitModelName, type Registry } from "@massgen/providers";

/** A backend with the type that its model's name tells, where the file leaves it out. */
export function typedBackend(backend: BackendConfig, registry: Registry): BackendConfig {
  if (backend.type !== undefined || backend.model === undefined) return backend;
  const split = splitModelName(backend.model, registry.types());
  return split ? { ...backend, ...split } : backend;
}

/** @throws MassgenError `configuration` when the backend cannot be used */
export function createModel({ type, model, apiKey, baseUrl, options }: BackendConfig, registry: Registry): ChatModel {
  if (type === undefined) {
    const known = registry.types().join(", ");
    throw new MassgenError("configuration", `the model's name does not tell its type; set type to one of ${known}`);
  }
  return registry.createModel({
    type,
    options,
    ...(model !== undefined && { model }),
    ...(apiKey !== undefined && { apiKey }),
    ...(baseUrl !== undefined && { baseUrl }),
  });
}
