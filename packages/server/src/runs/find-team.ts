import { ProblemError } from "../problem.ts";
import type { Engine, FoundTeam } from "./engine.ts";
import { refusal } from "./start-run.ts";

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
): FoundTeam {
  if (engine.find === undefined) {
    if (teams === undefined) return { model: model ?? "massgen" };
    // The key was given less than everything, and here is nothing less.
    throw new ProblemError("model-not-found", "This server has no teams by name.", { param: "model" });
  }
  try {
    return engine.find(model, teams);
  } catch (error) {
    throw refusal(error);
  }
}
