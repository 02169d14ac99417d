import type { Team } from "@massgen/core";
import type { Engine, ModelInfo } from "./engine.ts";
import { teamModel } from "./team-model.ts";

/**
 * Serves one team under any model name, since most clients have to send one.
 * @param created seconds since 1970, for the list of models
 */
export function teamEngine(team: Team, created: number): Engine {
  const described = (id: string): ModelInfo =>
    teamModel(team, { id, ownedBy: "massgen", created, ...(id === "massgen" && { name: "MassGen" }) });
  return {
    start: async ({ request }) => team.run(request),
    team: async () => team,
    models: () => [described("massgen")],
    model: described,
    ...(team.redact !== undefined && { redact: team.redact }),
    ready: () => true,
  };
}
