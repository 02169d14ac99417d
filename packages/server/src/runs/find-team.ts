import { ProblemError } from "../problem.ts";
import type { Ask, Engine, FoundTeam } from "./engine.ts";
import { refusal } from "./start-run.ts";

/** A team as the engine is asked for it. An engine that finds no names gets the client's own, or none. */
export type AskedTeam = Pick<Ask, "model"> & Pick<FoundTeam, "name">;

/**
 * The team that a client means.
 * @param model as the client named it; undefined if it named none
 * @param teams the teams that its key may use, its default first; undefined for all
 * @throws ProblemError `model-not-found`, or `model-not-allowed` for what its key may not ask for
 */
export function findTeam(
  engine: Pick<Engine, "find">,
  model: string | undefined,
  teams: readonly string[] | undefined,
): AskedTeam {
  if (engine.find === undefined) {
    if (teams === undefined) return { ...(model !== undefined && { model }) };
    // The key was given less than everything, and here is nothing less.
    throw new ProblemError("model-not-found", "This server has no teams by name.", { param: "model" });
  }
  try {
    return engine.find(model, teams);
  } catch (error) {
    throw refusal(error);
  }
}
