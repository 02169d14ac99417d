import type { Team } from "@massgen/core";
import type { ModelInfo } from "./engine.ts";

/**
 * Describes the model that a team is to its clients. A window is the least of its agents' windows, and so is an output
 * limit; unknown if one agent's is.
 */
export function teamModel({ agents }: Team, head: Omit<ModelInfo, "contextTokens" | "maxOutputTokens">): ModelInfo {
  const contextTokens = least(agents.map(({ model }) => model.capabilities?.contextTokens));
  const maxOutputTokens = least(agents.map(({ sampling }) => sampling?.maxOutputTokens));
  return {
    ...head,
    ...(contextTokens !== undefined && { contextTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

function least(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure) => figure !== undefined && figure > 0) as number[];
  return known.length === figures.length && known.length > 0 ? Math.min(...known) : undefined;
}
