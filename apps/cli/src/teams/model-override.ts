import type { AgentConfig } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { splitModelName } from "@massgen/providers";
import { providerHint } from "./provider-hint.ts";

/**
 * The same agents on another model. An agent with an address of its own keeps its type and address. If the type
 * changes, the key, the address and the provider's own fields are dropped, so that no vendor sees another's key. No
 * fallback is kept, which is another model. Proxy
 * and trusted authorities belong to the network and are kept.
 *
 * @throws MassgenError `not-found` when the name does not identify its provider and an agent needs it
 */
export function withModel(agents: readonly AgentConfig[], name: string, types: readonly string[]): AgentConfig[] {
  const split = splitModelName(name, types);
  return agents.map(({ fallback: _fallback, ...agent }) => {
    // The context window and the price belong to the configured model.
    const { contextTokens: _, price: __, ...backend } = agent.backend;
    const ownType = split !== undefined && split.type === backend.type;
    if (backend.baseUrl !== undefined)
      return { ...agent, backend: { ...backend, model: ownType ? split.model : name } };
    if (!split) throw new MassgenError("not-found", providerHint(name), { param: "model" });
    if (ownType) return { ...agent, backend: { ...backend, model: split.model } };
    const { proxy, ca, sampling } = backend;
    const way = { ...(proxy !== undefined && { proxy }), ...(ca !== undefined && { ca }) };
    return { ...agent, backend: { ...split, ...way, sampling, options: {} } };
  });
}
