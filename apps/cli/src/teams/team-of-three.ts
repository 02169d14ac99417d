import type { AgentConfig, BackendConfig } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { ambiguousTypes, splitModelName, type Registry } from "@massgen/providers";
import { providerHint, shownModelName } from "./provider-hint.ts";

/**
 * Three agents on one model: how a bare model name is served.
 * @throws MassgenError `not-found` when the name does not identify its provider
 */
export function teamOfThree(name: string, registry: Registry): readonly AgentConfig[] {
  const split = splitModelName(name, registry.types());
  if (!split) throw unknownModel(name);
  const backend: BackendConfig = { ...split, sampling: {}, options: {} };
  return [1, 2, 3].map((n) => ({ id: `agent_${n}`, backend }));
}

/** The error for a client that names a model which is not served. */
export function unknownModel(name: string): MassgenError {
  const hint = ambiguousTypes(name).length > 0 ? `${providerHint(name)} ` : "";
  const message = `The model "${shownModelName(name)}" does not exist here. ${hint}${ways}`;
  return new MassgenError("not-found", message, { param: "model" });
}

const ways =
  'Use "massgen" for the configured team, "massgen/<team>" or "massgen/agent:<agent>" for another or one agent alone, "massgen/model:<model>" for the same team on another model or, without a configured team, a model name that identifies its provider, such as "gpt-4o" or "groq/<model>".';
