import type { Team } from "@massgen/core";
import type { Engine } from "./engine.ts";

/**
 * Serves one team, whatever model a client names: most clients cannot ask without naming one.
 * @param created seconds since 1970, for the list of models
 */
export function teamEngine(team: Team, created: number): Engine {
  return {
    start: async ({ request }) => team.run(request),
    models: () => [{ id: "massgen", ownedBy: "massgen", created }],
    ready: () => true,
  };
}
