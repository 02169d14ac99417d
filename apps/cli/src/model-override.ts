import type { AgentConfig } from "@massgen/core/config";
import { MassgenError } from "@massgen/core";
import { splitModelName } from "@massgen/providers";

/**
 * The same agents on another model. An agent with an address of its own keeps type and address. Where the type changes with
 * the name, the key, the address and the provider's own fields stay behind: never an old key to a new vendor.
 *
 * @throws MassgenError `not-found` when the name does not tell its type and an agent needs it
 */
export function overridden(agents: readonly AgentConfig[], name: string, types: readonly string[]): AgentConfig[] {
  const split = splitModelName(name, types);
  return agents.map((agent) => {
    const { backend } = agent;
    const ownType = split !== undefined && split.type === backend.type;
    if (backend.baseUrl !== undefined)
      return { ...agent, backend: { ...backend, model: ownType ? split.model : name } };
    if (!split) {
      const shown = name.slice(0, 100);
      const message = `The name "${shown}" does not tell its provider: write it as type/model, such as groq/${shown}.`;
      throw new MassgenError("not-found", message, { param: "model" });
    }
    if (ownType) return { ...agent, backend: { ...backend, model: split.model } };
    return { ...agent, backend: { ...split, sampling: backend.sampling, options: {} } };
  });
}
