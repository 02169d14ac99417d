import type { Team } from "@massgen/core";
import type { Engine } from "./engine.ts";

/**
 * Serves one team under any model name, since most clients have to send one.
 * @param created seconds since 1970, for the list of models
 */
export function teamEngine(team: Team, created: number): Engine {
  return {
    start: async ({ request }) => team.run(request),
    models: () => [{ id: "massgen", ownedBy: "massgen", created }],
    ready: () => true,
  };
}
